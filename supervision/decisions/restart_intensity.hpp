#pragma once

#include <chrono>
#include <cstddef>
#include <list>

namespace scalesmall::supervision {

/// The restart budget: at most `limit` restarts within any `period` (a sliding window).
/// Time comes in; a failed restart counts like a successful one.
class restart_intensity {
public:
  using time_point = std::chrono::steady_clock::time_point;
  using duration = std::chrono::steady_clock::duration;

  restart_intensity(std::size_t limit, duration period) : limit_(limit), period_(period) {}

  /// Records a restart at `now`, which must not go backwards.
  /// @returns whether the budget still allows it. A restart that is exactly `period` old still
  /// counts.
  [[nodiscard]] bool allow(time_point now);

private:
  std::size_t limit_;
  duration period_;
  std::list<time_point> restarts_;  // never more than limit_ + 1
};

}  // namespace scalesmall::supervision
