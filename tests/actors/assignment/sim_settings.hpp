#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <scalesmall/time.hpp>

namespace scalesmall::group_simulation {

inline constexpr std::size_t nodes = 6;    // unless said otherwise
inline constexpr std::uint32_t slots = 8;  // likewise
inline constexpr duration step = std::chrono::milliseconds{100};

/// How the nodes decide whether one of them may stop serving.
enum class rule { handshake, none };

struct size_of_group {
  std::size_t nodes = group_simulation::nodes;
  std::uint32_t slots = group_simulation::slots;
};

}  // namespace scalesmall::group_simulation
