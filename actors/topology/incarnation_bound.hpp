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

}  // namespace scalesmall
