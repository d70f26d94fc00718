#pragma once

#include <cstddef>

namespace scalesmall::bench {

/// Lower bounds that this machine sets, measured in one thread of a process that does nothing else.
/// All functions throw std::system_error. The first two return the median time, in milliseconds,
/// from the first send until the last socket has read.

/// One datagram of 200 bytes to `nodes` sockets of one multicast group on the loopback interface.
[[nodiscard]] double multicast_floor_ms(std::size_t nodes);

/// 200 bytes along the tree of plan_broadcast, over TCP connections that are already open.
[[nodiscard]] double tree_floor_ms(std::size_t nodes);

/// The cost of waking up, in milliseconds of CPU per node and second: each node sends 200 bytes
/// once a second to another node over an open TCP connection, at its own point of the second, and
/// no node answers. Takes five seconds.
[[nodiscard]] double idle_floor_cpu_ms(std::size_t nodes);

}  // namespace scalesmall::bench
