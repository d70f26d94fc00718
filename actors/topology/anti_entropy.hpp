#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "actors/topology/topology.hpp"
#include "messages/digest.hpp"
#include "messages/limits.hpp"
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

/// Gathers the digests by which a node asks for rows, as many as one frame holds. A later exchange
/// asks for what is left out.
class question {
public:
  /// Adds a group; groups must ascend by name. If a digest_scope::part does not fit, some of its
  /// clocks are left out. Any other group is left out whole.
  void add(group_digest x);

  [[nodiscard]] std::vector<group_digest> take() { return std::move(groups_); }

  /// True if no group was added.
  [[nodiscard]] bool empty() const noexcept { return groups_.empty() && left_out_ == 0; }

  /// The number of groups of which something was left out.
  [[nodiscard]] std::size_t left_out() const noexcept { return left_out_; }

private:
  std::vector<group_digest> groups_;
  std::size_t entries_ = 0;
  std::size_t bytes_ = 0;
  std::size_t left_out_ = 0;
};

/// The answer of one side of an exchange.
struct exchange_reply {
  std::vector<message> rows;  ///< rows that the other side lacks
  /// Digests of the groups in which this side lacks something, or in which the hashes differ.
  std::vector<group_digest> lacking;
  std::size_t left_out = 0;  ///< groups of which `lacking` does not say all
};

/// Answers a digest. A group's digest may be of a part of the keys (interest.hpp). Then:
/// - the reply holds only rows and claims that touch the part;
/// - it also tells which nodes are members, if the two sides know different ones;
/// - a node that wants more than the part asks its sender only for the sender's own row.
/// The reply tells the sender what this node holds of it beyond, or against, what the sender says
/// of its own row. It holds limits::reply_entries_max clocks and claims, or up to a row more.
/// @param from sender of the digest
[[nodiscard]] exchange_reply reply_to(const topology& t, const digest& theirs,
                                      const net_id& from = {});

/// Asks another node for all its clocks of a group. It is a digest by a hash that no node has, so
/// that a node answers in any case: by its clocks, or by none if it does not know the group.
[[nodiscard]] group_digest clocks_wanted(const topology& t, const std::string& group);

/// True if this node holds all that the digest speaks of. What it says of this node itself does not
/// count. @pre the scope is not digest_scope::part
[[nodiscard]] bool holds_all_of(const topology& t, const group_digest& theirs);

/// Where an answer that is made in parts goes on.
struct answer_position {
  bool unnamed = false;                          ///< the groups that the digest names are done with
  std::string group = {};                        ///< those before it, too
  std::optional<net_id> after = {};              ///< and of it the rows up to this member
  std::size_t room = limits::reply_entries_max;  ///< clocks and claims that may still be told
};

/// Clocks and claims that one part of an answer tells or asks for. Making it, and sending it, takes
/// some milliseconds.
inline constexpr std::size_t answer_part_entries = 20'000;

/// A part of an answer, and where the next one begins; nothing if it was the last.
struct exchange_part {
  exchange_reply reply;
  std::optional<answer_position> rest;
};

/// Answers a digest as reply_to does, but in parts. All parts together say what reply_to says,
/// unless the topology changes in between. A part is of `entries` clocks and claims, or up to a row
/// or the question for a group more.
[[nodiscard]] exchange_part reply_part(const topology& t, const digest& theirs, const net_id& from,
                                       const answer_position& begin = {},
                                       std::size_t entries = answer_part_entries);

/// True if there is nothing to answer: neither side lacks anything that the digest speaks of. Stops
/// at the first group in which one side lacks something.
[[nodiscard]] bool agrees(const topology& t, const digest& theirs, const net_id& from = {});

}  // namespace scalesmall
