#pragma once

#include <chrono>

namespace scalesmall {

/// A length of time.
using duration = std::chrono::nanoseconds;

/// A point in time of the steady clock of a node: the clock of its actor system, or virtual time in
/// tests. Points of different clocks cannot be compared.
using time_point = std::chrono::steady_clock::time_point;

}  // namespace scalesmall
