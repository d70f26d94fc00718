#pragma once

#include <scalesmall/time.hpp>

namespace scalesmall {

/// The point of virtual time that is so long after its begin.
[[nodiscard]] constexpr time_point at(duration since_begin) { return time_point{since_begin}; }

}  // namespace scalesmall
