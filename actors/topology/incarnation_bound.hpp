#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <limits>

namespace scalesmall {

/// The greatest incarnation that a node accepts at this time of the wall clock: ten years ahead.
///
/// A node refutes a false claim by taking an incarnation above the claim's. So there must be room
/// above every incarnation that others accept. If a false claim uses the greatest one, the bound
/// grows past it with time. Wall clocks may differ by up to ten years. A clock before 22 November
/// 2025 is wrong and counts as that day.
[[nodiscard]] constexpr std::uint32_t latest_incarnation(std::chrono::seconds since_1970) {
  constexpr std::int64_t ahead = 10LL * 365 * 24 * 60 * 60;
  constexpr std::int64_t earliest = 1'763'793'600;
  constexpr std::int64_t nobodys = std::numeric_limits<std::uint32_t>::max();
  const auto latest = std::max<std::int64_t>(since_1970.count(), earliest) + ahead;
  return static_cast<std::uint32_t>(std::min(latest, nobodys - 1));
}

/// The incarnation of a node that starts at this time of the wall clock: the seconds since 1970,
/// but never 0, which is none, nor the greatest number, above which there is no other. A clock
/// before 1970 counts as its beginning.
[[nodiscard]] constexpr std::uint32_t incarnation_at(std::chrono::seconds since_1970) {
  constexpr std::int64_t nobodys = std::numeric_limits<std::uint32_t>::max();
  return static_cast<std::uint32_t>(std::clamp<std::int64_t>(since_1970.count(), 1, nobodys - 1));
}

/// Whether a member of this incarnation will not take a node for possible that starts at this time:
/// one of their clocks must be wrong by more than ten years.
[[nodiscard]] constexpr bool is_far_behind(std::uint32_t incarnation,
                                           std::chrono::seconds since_1970) {
  return incarnation_at(since_1970) > latest_incarnation(std::chrono::seconds{incarnation});
}

}  // namespace scalesmall
