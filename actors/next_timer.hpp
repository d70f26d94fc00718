#pragma once

#include <algorithm>
#include <optional>
#include <scalesmall/time.hpp>

namespace scalesmall {

/// Decides when an actor sets a timer for the earliest moment at which it has work. A set timer
/// cannot be cancelled. So if an earlier moment becomes due, the actor sets another timer, and the
/// old one may fire while a newer one is set.
///
/// Not thread-safe.
class next_timer {
public:
  /// The delay of the timer to set now. Nothing if no moment is due, or a timer fires in time.
  [[nodiscard]] std::optional<moment> set(std::optional<moment> due, moment now) {
    if (!due || set_for_ <= *due) return std::nullopt;
    set_for_ = *due;
    return std::max(*due - now, moment{0});
  }

  /// To be called when a timer fires. False if the actor must ignore it, since a newer timer is set
  /// for a later moment.
  [[nodiscard]] bool rang(moment now) {
    if (set_for_ != never && now < set_for_) return false;
    set_for_ = never;
    return true;
  }

private:
  static constexpr moment never = moment::max();

  moment set_for_ = never;
};

}  // namespace scalesmall
