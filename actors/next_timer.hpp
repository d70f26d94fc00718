#pragma once

#include <algorithm>
#include <optional>
#include <scalesmall/time.hpp>

namespace scalesmall {

/// Decides when an actor sets a timer for the earliest point in time at which it has work. A set
/// timer cannot be cancelled. So if an earlier one becomes due, the actor sets another timer, and
/// the old one may fire while a newer one is set.
///
/// Not thread-safe.
class next_timer {
public:
  /// The delay of the timer to set now. Nothing if nothing is due, or a timer fires in time.
  [[nodiscard]] std::optional<duration> set(std::optional<time_point> due, time_point now) {
    if (!due || set_for_ <= *due) return std::nullopt;
    set_for_ = *due;
    return std::max(*due - now, duration{0});
  }

  /// To be called when a timer fires. False if the actor must ignore it, since a newer timer is set
  /// for a later point in time.
  [[nodiscard]] bool rang(time_point now) {
    if (set_for_ != never && now < set_for_) return false;
    set_for_ = never;
    return true;
  }

private:
  static constexpr time_point never = time_point::max();

  time_point set_for_ = never;
};

}  // namespace scalesmall
