#pragma once

#include <scalesmall/time.hpp>

namespace scalesmall {

/// Bounds how many changes there are within a second. Not thread-safe.
class change_rate {
public:
  explicit change_rate(unsigned per_second) : most_(per_second) {}

  /// Whether one more may be made now, which then counts.
  [[nodiscard]] bool allows(time_point now) {
    if (now - begin_ >= std::chrono::seconds{1}) {
      begin_ = now;
      count_ = 0;
    }
    return count_ < most_ && (++count_, true);
  }

private:
  unsigned most_;
  time_point begin_{};
  unsigned count_ = 0;
};

}  // namespace scalesmall
