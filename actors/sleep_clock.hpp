#pragma once

#include <chrono>
#include <scalesmall/service_fence.hpp>
#include <scalesmall/time.hpp>

namespace scalesmall {

/// A clock that goes on while the machine sleeps. Apart from real time, `now` may be that of a
/// test, which does not sleep.
inline time_point sleep_clock(time_point now) {
  return now + (service_fence::now() - std::chrono::steady_clock::now().time_since_epoch());
}

}  // namespace scalesmall
