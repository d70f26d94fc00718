#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <limits>

namespace scalesmall {

/// The greatest incarnation that counts at this time of the wall clock: ten years ahead. A node
/// that is lied about takes an incarnation above the lie's, so there must be room above every lie
/// that others believe; time makes it, if a liar has gone to the end. Clocks that differ by less
/// than ten years do no harm; one that is before 22 November 2025 is wrong and counts as that day.
[[nodiscard]] constexpr std::uint32_t latest_incarnation(std::chrono::seconds since_1970) {
  constexpr std::int64_t ahead = 10LL * 365 * 24 * 60 * 60;
  constexpr std::int64_t earliest = 1'763'793'600;
  constexpr std::int64_t nobodys = std::numeric_limits<std::uint32_t>::max();
  const auto latest = std::max<std::int64_t>(since_1970.count(), earliest) + ahead;
  return static_cast<std::uint32_t>(std::min(latest, nobodys - 1));
}

}  // namespace scalesmall
