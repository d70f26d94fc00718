#pragma once

#include <cstdint>
#include <scalesmall/net_id.hpp>

namespace scalesmall {

/// How dear it is to give slots of a plan to one member. The member with the least cost is a slot's
/// first owner, as far as the plan's caps and zones allow it (weighted rendezvous hashing;
/// Schindelhauer, Schomaker 2005). Integers only, so that every language computes the same;
/// docs/assignment.md says how.
///
/// The costs of two members have nothing to do with each other. Those of one member are spread
/// evenly over its slots, so the loads vary less, and the caps have less to move.
class slot_cost {
public:
  /// @param slots    a power of two, at most 2^16
  /// @param capacity 1..65,535
  slot_cost(const net_id& member, std::uint32_t slots, std::uint32_t capacity) noexcept;

  /// Below 2^61. Constant time.
  [[nodiscard]] std::uint64_t of(std::uint32_t slot) const noexcept;

private:
  std::uint64_t seed_;
  std::uint32_t slots_;
  std::uint32_t capacity_;
};

/// -log2((x + 1) / 2^32) in units of 2^-32, by repeated squaring: 2^37 for 0, and 0 for 2^32 - 1.
/// Accurate to four units.
[[nodiscard]] std::uint64_t negative_log2(std::uint32_t x) noexcept;

}  // namespace scalesmall
