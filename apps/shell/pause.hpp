#pragma once

#include <chrono>

namespace scalesmall {

/// How a command lets time pass. The program's own ends early when the program is to stop; tests
/// bring virtual time.
class pause {
public:
  pause() = default;
  pause(const pause&) = delete;
  pause& operator=(const pause&) = delete;
  virtual ~pause() = default;

  [[nodiscard]] virtual std::chrono::steady_clock::time_point now() const = 0;

  /// Waits this long, or shorter if the program is to stop; then it returns false, and does so ever
  /// after.
  [[nodiscard]] virtual bool wait_for(std::chrono::milliseconds time) = 0;
};

}  // namespace scalesmall
