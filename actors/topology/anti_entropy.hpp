#pragma once

#include <vector>

#include "actors/topology/topology.hpp"
#include "messages/digest.hpp"
#include "net/rng.hpp"

namespace scalesmall {

/// Most groups in one request. A node that knows more names others in its next request, so that the
/// traffic of two idle nodes stays small.
inline constexpr std::size_t groups_per_request = 100;

/// A digest names the clocks of a group of at most this many members. They are about as short as a
/// hash and save the question that a different hash leads to.
inline constexpr std::size_t clocks_per_hash = 8;

/// The digest that begins an anti-entropy exchange. It names all groups or, of more than
/// groups_per_request, that many in a row, the first of them chosen at random.
[[nodiscard]] digest request_digest(const topology& t, rng& random);

/// The answer of one side of an exchange.
struct exchange_reply {
  std::vector<message> rows;  ///< rows that the other side lacks
  /// Digests of the groups in which this side lacks something, or in which the hashes differ.
  std::vector<group_digest> lacking;
};

/// Answers a digest. A group's digest may be of a part of the keys (interest.hpp). Then:
/// - the reply holds only rows and claims that touch the part;
/// - it also tells which nodes are members, if the two sides know different ones;
/// - a node that wants more than the part asks its sender only for the sender's own row.
/// @param from sender of the digest
[[nodiscard]] exchange_reply reply_to(const topology& t, const digest& theirs,
                                      const net_id& from = {});

/// True if there is nothing to answer: neither side lacks anything that the digest speaks of. Stops
/// at the first group in which one side lacks something.
[[nodiscard]] bool agrees(const topology& t, const digest& theirs, const net_id& from = {});

}  // namespace scalesmall
