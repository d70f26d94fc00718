#pragma once

#include <algorithm>
#include <optional>

#include "net/moment.hpp"

namespace scalesmall {

/// Which timer an actor sets for the earliest of the moments at which it has something to do. A
/// timer that is under way cannot be taken back, so one that rings for a later moment than the
/// newest is set for counts for nothing.
///
/// No thread safety.
class alarm {
public:
  /// How long from now a timer is to be set; nothing if none is due, or one rings in time.
  [[nodiscard]] std::optional<moment> set(std::optional<moment> due, moment now) {
    if (!due || (set_for_ && *set_for_ <= *due)) return std::nullopt;
    set_for_ = due;
    return std::max(*due - now, moment{0});
  }

  /// A timer rang: whether it is the newest one, and no other is under way now.
  [[nodiscard]] bool rang(moment now) {
    if (set_for_ && now < *set_for_) return false;
    set_for_.reset();
    return true;
  }

private:
  std::optional<moment> set_for_;
};

}  // namespace scalesmall
