#pragma once

#include <cstdint>

namespace scalesmall {

/// How a gossip came.
enum class arrival_path : std::uint8_t { tcp, multicast };

}  // namespace scalesmall
