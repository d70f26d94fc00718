#pragma once

#include <mutex>
#include <optional>
#include <scalesmall/time.hpp>

namespace scalesmall {

/// Limits expensive work to a tenth of the time: it admits one piece of work at a time, and after
/// each a pause of nine times its length. Thread-safe.
class duty_cycle {
public:
  /// True if work may begin now. The caller must then call end() after the work.
  [[nodiscard]] bool begin(time_point now) {
    const std::scoped_lock lock{mutex_};
    if (begun_ || now < free_from_) return false;
    begun_ = now;
    return true;
  }

  void end(time_point now) {
    const std::scoped_lock lock{mutex_};
    free_from_ = now + 9 * (now - *begun_);
    begun_.reset();
  }

private:
  std::mutex mutex_;
  std::optional<time_point> begun_;
  time_point free_from_{};
};

}  // namespace scalesmall
