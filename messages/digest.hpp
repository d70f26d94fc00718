#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <scalesmall/timed_item.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "messages/key_set.hpp"
#include "messages/world_clock.hpp"

namespace scalesmall {

/// How a digest describes a group.
enum class digest_scope : std::uint8_t {
  whole = 0,  ///< by the clocks of all members that its sender knows
  part = 1,   ///< by the clocks of some members only; {0, 0} for an unknown one
  hash = 2,   ///< by one number
};

/// Summary of what a node knows of one group, without the claims.
struct group_digest {
  std::string group_name;
  /// With scope hash, only the clock of the sender's own row, if it has one.
  world_clock time = {};
  digest_scope scope = digest_scope::whole;
  /// With scope hash, the sum of clock_hash over the clocks; within a part of the keys, the sum of
  /// claim_hash over the claims that are not rmv. 0 with any other scope.
  std::uint64_t hash = 0;
  /// The keys for which the sender knows and wants all claims.
  key_set within = {};
  /// The sum of clock_hash over the members that the sender knows, each with the stamp {0, 0}. 0 if
  /// `within` is all keys, because the clocks or the hash cover the members then.
  std::uint64_t members = 0;
  /// The sum of claim_hash over the claims of the sender's own row that are not rmv. A reader that
  /// holds other claims under the same clock tells the sender. 0 with scope part.
  std::uint64_t own = 0;

  friend auto operator<=>(const group_digest&, const group_digest&) = default;
};

/// Hash of a clock. Two nodes compare what they know of a group by the sum, modulo 2^64, of the
/// hashes of its clocks; a change replaces one summand. Not collision-resistant against an
/// attacker.
///
/// Computed by FNV-1a (64 bits) over the member (16 bytes of address, 2 of port), the incarnation
/// and the counter (4 bytes each), each most significant byte first; then by the finisher of
/// SplitMix64 (Steele, Lea, Flood 2014).
[[nodiscard]] std::uint64_t clock_hash(const local_clock& x) noexcept;

/// Hash of a claim, computed likewise. After the bytes of its clock follow the start and end of its
/// range (4 bytes each), its op (1 byte, the value of the enumerator) and its port (2 bytes).
[[nodiscard]] std::uint64_t claim_hash(const timed_item& x) noexcept;

/// Stage of an anti-entropy exchange between two nodes. The exchange is push-pull: each step
/// carries the rows that the receiver lacks, as far as the sender knows this by then. A step also
/// says what the sender knows of the groups in which the sender itself lacks something.
enum class exchange : std::uint8_t {
  request = 0,  ///< what the sender knows
  answer = 1,   ///< rows that the receiver lacks, and what the sender knows where the two differ
  push = 2,     ///< the same, in the other direction
  rest = 3,     ///< rows that the receiver lacks; ends the exchange
};

[[nodiscard]] std::string_view to_string(exchange x) noexcept;

/// Upper bound on the size of a group in an encoded digest, in bytes before compression.
[[nodiscard]] std::size_t bytes_max_of(const group_digest& x) noexcept;

/// One node's part of one step of an exchange.
struct digest {
  exchange stage = exchange::request;
  std::vector<group_digest> groups;  ///< ascending by name, each once
  bool all_groups = false;           ///< whether the sender asks for every group not named

  friend auto operator<=>(const digest&, const digest&) = default;
};

/// Upper bound on the size of an encoded digest, in bytes before compression.
[[nodiscard]] std::size_t bytes_max_of(const digest& x) noexcept;

}  // namespace scalesmall
