#pragma once

#include <chrono>

namespace scalesmall {

/// The clock of the commands. The program uses stop_signal, which ends a wait when the program is
/// to stop; tests use virtual time.
class pause {
public:
  pause() = default;
  pause(const pause&) = delete;
  pause& operator=(const pause&) = delete;
  virtual ~pause() = default;

  [[nodiscard]] virtual std::chrono::steady_clock::time_point now() const = 0;

  /// Waits for this time. Returns false, possibly before that time, if the program is to stop; from
  /// then on each call returns false at once.
  [[nodiscard]] virtual bool wait_for(std::chrono::milliseconds time) = 0;
};

}  // namespace scalesmall
