#pragma once

#include <cstdint>

namespace scalesmall {

/// How a gossip arrived.
enum class arrival_path : std::uint8_t { tcp, multicast };

}  // namespace scalesmall
