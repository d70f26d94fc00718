#pragma once

#include <chrono>

namespace scalesmall {

/// A point in time of a steady clock. Only differences between moments of one clock have a meaning.
using moment = std::chrono::nanoseconds;

}  // namespace scalesmall
