#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace scalesmall {

/// Bytes as they travel.
using bytes = std::vector<std::uint8_t>;

/// Bytes that somebody else owns, for the time of a call.
using bytes_view = std::span<const std::uint8_t>;

}  // namespace scalesmall
