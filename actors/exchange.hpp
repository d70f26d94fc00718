#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include "actors/topology.hpp"
#include "messages/digest.hpp"
#include "net/rng.hpp"

namespace scalesmall {

/// Groups that one request speaks of; who knows more speaks of others in the next, so that what two
/// idle nodes say to each other each second stays small.
inline constexpr std::size_t groups_per_request = 100;

/// A group of no more members than this is told by its clocks: they are as short as a hash, and
/// save asking for them.
inline constexpr std::size_t clocks_per_hash = 8;

/// What this node tells of its knowledge to begin an exchange: all groups or, of more than
/// groups_per_request, as many that follow each other from a random one on.
[[nodiscard]] digest request_digest(const topology& t, rng& random);

/// Gathers what a node asks for, as much as one frame holds. What is left out a later exchange asks
/// for.
class question {
public:
  /// Groups ascend by name. Of a part of the clocks of one those are left out that do not fit; any
  /// other group is left out whole.
  void add(group_digest x);

  [[nodiscard]] std::vector<group_digest> take() { return std::move(groups_); }

  /// Of how many groups something was left out.
  [[nodiscard]] std::size_t left_out() const noexcept { return left_out_; }

private:
  std::vector<group_digest> groups_;
  std::size_t entries_ = 0;
  std::size_t bytes_ = 0;
  std::size_t left_out_ = 0;
};

/// What one side of an exchange sends back: the rows that the other lacks and, if `t` itself lacks
/// something that the other has or the hashes differ, what it knows.
struct exchange_reply {
  std::vector<message> rows;
  std::vector<group_digest> lacking;
  std::size_t left_out = 0;  ///< groups of which it lacks more
};

/// Answers a digest. Whoever is interested in a part of a group says so in it, gets what touches
/// that part and, if the members that it knows are others, who is one; and is asked for no row but
/// its own by who wants more.
/// @param from who sent it
[[nodiscard]] exchange_reply reply_to(const topology& t, const digest& theirs,
                                      const net_id& from = {});

/// Whether there is nothing to answer: neither side lacks anything that the digest speaks of.
[[nodiscard]] bool agrees(const topology& t, const digest& theirs, const net_id& from = {});

}  // namespace scalesmall
