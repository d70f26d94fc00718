#pragma once

#include <algorithm>
#include <optional>
#include <scalesmall/time.hpp>

namespace scalesmall {

/// Which timer an actor sets for the earliest of the moments at which it has something to do. A
/// timer that is under way cannot be taken back: if an earlier moment comes to be due, another is
/// set, and the older one may ring while a newer is under way.
///
/// No thread safety.
class next_timer {
public:
  /// How long from now a timer is to be set; nothing if none is due, or one rings in time.
  [[nodiscard]] std::optional<moment> set(std::optional<moment> due, moment now) {
    if (!due || (set_for_ && *set_for_ <= *due)) return std::nullopt;
    set_for_ = due;
    return std::max(*due - now, moment{0});
  }

  /// A timer rang. False if it is to be ignored: a newer one is under way, for a later moment.
  [[nodiscard]] bool rang(moment now) {
    if (set_for_ && now < *set_for_) return false;
    set_for_.reset();
    return true;
  }

private:
  std::optional<moment> set_for_;
};

}  // namespace scalesmall
