#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "messages/key_set.hpp"
#include "messages/timed_item.hpp"
#include "messages/world_clock.hpp"

namespace scalesmall {

/// How a digest speaks of a group.
enum class digest_scope : std::uint8_t {
  whole = 0,  ///< by the clocks of all members known
  part = 1,   ///< by the clocks of some members, and only of these; {0, 0} of one not known
  hash = 2,   ///< by one number
};

/// What a node knows of one group, without the items.
struct group_digest {
  std::string group_name;
  world_clock time = {};  ///< empty with scope hash
  digest_scope scope = digest_scope::whole;
  std::uint64_t hash = 0;  ///< the sum of clock_hash of the clocks or, within a part of the keys,
                           ///< of claim_hash of the claims; 0 with another scope
  key_set within = {};     ///< the keys of which its sender knows and wants all
  /// The sum of clock_hash of a clock of {0, 0} of each member that its sender knows of; 0 if the
  /// keys are all, since clocks and hashes then tell.
  std::uint64_t members = 0;

  friend auto operator<=>(const group_digest&, const group_digest&) = default;
};

/// A clock as a number, which the clocks of a group are added up from modulo 2^64 to tell two
/// groups apart: one change replaces one summand. The bytes of the member (16 of the address, 2 of
/// the port, most significant first), the incarnation and the counter (4 each) by FNV-1a (64 bits),
/// then the finisher of splitmix64 (Steele, Lea, Flood 2014). No protection against who wants two
/// to be alike.
[[nodiscard]] std::uint64_t clock_hash(const local_clock& x) noexcept;

/// A claim as a number, likewise: after the bytes of its clock those of start and end of its range
/// (4 each), its op (1, as in the enumeration) and its port (2).
[[nodiscard]] std::uint64_t claim_hash(const timed_item& x) noexcept;

/// Where in an exchange between two nodes a gossip stands. Anti-entropy is push-pull: each step
/// carries the rows that the other lacks, as far as this is known by then, and says what its sender
/// knows of the groups in which it lacks something itself.
enum class exchange : std::uint8_t {
  request = 0,  ///< "this is what I know"
  answer = 1,   ///< "this you lack, and this is what I know where we differ"
  push = 2,     ///< likewise, back
  rest = 3,     ///< "this you lack": ends the exchange
};

[[nodiscard]] std::string_view to_string(exchange x) noexcept;

/// What a group takes of a digest at most, in bytes before compression.
[[nodiscard]] std::size_t bytes_max_of(const group_digest& x) noexcept;

/// A node's side of an exchange: the groups it speaks of, ascending by name, each once.
struct digest {
  exchange stage = exchange::request;
  std::vector<group_digest> groups;
  bool all_groups = false;  ///< whether a group that it does not name is one that its sender lacks

  friend auto operator<=>(const digest&, const digest&) = default;
};

[[nodiscard]] std::size_t bytes_max_of(const digest& x) noexcept;

}  // namespace scalesmall
