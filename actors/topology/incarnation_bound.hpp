#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <limits>

namespace scalesmall {

/// The greatest incarnation that counts as present at this time of the wall clock: a day ahead,
/// since clocks differ. A clock before 22 November 2025 is wrong and refuses nobody for ten years
/// from then.
[[nodiscard]] constexpr std::uint32_t present_incarnation(std::chrono::seconds since_1970) {
  constexpr std::int64_t day = 24LL * 60 * 60;
  constexpr std::int64_t earliest = 1'763'793'600;
  constexpr std::int64_t nobodys = std::numeric_limits<std::uint32_t>::max();
  const auto now = since_1970.count();
  const auto latest = now < earliest ? earliest + 10 * 365 * day : now + day;
  return static_cast<std::uint32_t>(std::min(latest, nobodys - 1));
}

/// Beyond it an incarnation is certainly of a wrong clock: ten years ahead.
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

/// Bounds how fast the known incarnation of one member runs beyond the present.
///
/// A member refutes a false claim by taking an incarnation above the claim's, so others must accept
/// more than whatever a liar can make one of them accept. Beyond the present they accept small
/// steps over what they know: two a second, saved up for half an hour, of which one step takes half
/// at most. So the step above a lie is accepted at once, and no number of lies uses up the
/// incarnations of a member. A node that has not heard the lies follows by as many steps: what it
/// refuses moves its bound on as well.
class incarnation_bound {
public:
  static constexpr std::uint32_t steps_per_second = 2;
  static constexpr std::uint32_t steps_max = 3'600;

  /// The greatest incarnation to accept of a member that is not known.
  [[nodiscard]] static std::uint32_t latest_of_unknown(std::chrono::seconds clock) {
    return sum(present_incarnation(clock), steps_max);
  }

  /// The greatest incarnation to accept of a member.
  /// @param known its newest known incarnation
  [[nodiscard]] std::uint32_t latest(std::uint32_t known, std::chrono::seconds clock) const {
    return sum(base(known, clock), (left_at(clock) + 1) / 2);
  }

  /// An incarnation was accepted, or refused because it is greater than latest().
  void note(std::uint32_t incarnation, std::uint32_t known, std::chrono::seconds clock) {
    const auto from = base(known, clock);
    if (incarnation <= from) return;
    reached_ = known == 0 ? incarnation : std::min(incarnation, latest(known, clock));
    left_ = left_at(clock) - std::min(left_at(clock), reached_ - from);
    as_of_ = clock;
  }

private:
  static std::uint32_t sum(std::uint32_t incarnation, std::uint32_t steps) {
    constexpr auto last = std::numeric_limits<std::uint32_t>::max() - 1;
    return incarnation + std::min(steps, last - std::min(last, incarnation));
  }

  [[nodiscard]] std::uint32_t base(std::uint32_t known, std::chrono::seconds clock) const {
    return std::max({known, reached_, present_incarnation(clock)});
  }

  [[nodiscard]] std::uint32_t left_at(std::chrono::seconds clock) const {
    const auto passed = std::clamp<std::int64_t>((clock - as_of_).count(), 0, steps_max);
    return std::min(steps_max, left_ + steps_per_second * static_cast<std::uint32_t>(passed));
  }

  std::uint32_t left_ = steps_max;  // as of the time below
  std::uint32_t reached_ = 0;
  std::chrono::seconds as_of_{0};
};

}  // namespace scalesmall
