#pragma once

#include <cstddef>

#include <spdlog/logger.h>

namespace scalesmall {

/// The number of files that a node may open: limits::incoming_connections_max connections from
/// other nodes, its own connections, and the other files of the program.
inline constexpr std::size_t descriptors_wanted = 4'096;

/// Raises the soft limit of open files of this process to descriptors_wanted, as far as the hard
/// limit allows. The usual soft limit is lower than the number of connections that other nodes may
/// open.
/// @returns the limit afterwards
[[nodiscard]] std::size_t raise_descriptor_limit();

/// The same. Warns if the limit stays below what is wanted.
void raise_descriptor_limit(spdlog::logger& log);

}  // namespace scalesmall
