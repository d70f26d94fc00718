#pragma once

#include <chrono>

namespace scalesmall {

/// A moment on some steady clock, of which only differences count; or such a difference.
using moment = std::chrono::nanoseconds;

}  // namespace scalesmall
