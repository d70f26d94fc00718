#pragma once

#include <chrono>
#include <ctime>
#include <scalesmall/time.hpp>

namespace scalesmall {

/// A clock that goes on while the machine sleeps. Apart from real time, `now` may be that of a
/// test, which does not sleep.
inline time_point sleep_clock(time_point now) {
  std::timespec t{};
  ::clock_gettime(CLOCK_BOOTTIME, &t);
  const auto boot = std::chrono::seconds{t.tv_sec} + std::chrono::nanoseconds{t.tv_nsec};
  return now + (boot - std::chrono::steady_clock::now().time_since_epoch());
}

}  // namespace scalesmall
