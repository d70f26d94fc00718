#pragma once

#include <mutex>
#include <optional>
#include <scalesmall/time.hpp>

namespace scalesmall {

/// Admits one at a time of what takes long, and after each none for nine times as long as that
/// took: together they take at most a tenth of the time. Any thread.
class duty_cycle {
public:
  /// Whether another may begin now; who may has to call end().
  [[nodiscard]] bool begin(moment now) {
    const std::scoped_lock lock{mutex_};
    if (begun_ || now < free_from_) return false;
    begun_ = now;
    return true;
  }

  void end(moment now) {
    const std::scoped_lock lock{mutex_};
    free_from_ = now + 9 * (now - *begun_);
    begun_.reset();
  }

private:
  std::mutex mutex_;
  std::optional<moment> begun_;
  moment free_from_{};
};

}  // namespace scalesmall
