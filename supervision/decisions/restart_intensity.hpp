#pragma once

#include <chrono>
#include <cstddef>
#include <list>

namespace scalesmall::supervision {

/// OTP's restart intensity: at most `limit` restarts within any `period` (a sliding window). A
/// failed restart counts like a successful one.
class restart_intensity {
public:
  using time_point = std::chrono::steady_clock::time_point;
  using duration = std::chrono::steady_clock::duration;

  restart_intensity(std::size_t limit, duration period) : limit_(limit), period_(period) {}

  /// Records a restart at `now`; calls must pass times in ascending order. A restart that is
  /// exactly `period` old still counts.
  /// @returns whether this restart is allowed
  [[nodiscard]] bool allow(time_point now);

private:
  std::size_t limit_;
  duration period_;
  std::list<time_point> restarts_;  // at most limit_ + 1 entries
};

}  // namespace scalesmall::supervision
