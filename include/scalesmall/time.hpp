#pragma once

#include <chrono>

namespace scalesmall {

/// A moment on some steady clock; only differences count.
using moment = std::chrono::nanoseconds;

}  // namespace scalesmall
