#pragma once

#include <cstddef>

namespace scalesmall {

/// What a node may need: limits::incoming_connections_max connections of others, its own, and what
/// the program has besides.
inline constexpr std::size_t descriptors_wanted = 4'096;

/// Lets this process open that many files if it may decide so itself: what a login shell leaves a
/// program is less than others may open here. Returns how many it may open now.
[[nodiscard]] std::size_t raise_descriptor_limit();

}  // namespace scalesmall
