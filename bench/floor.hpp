#pragma once

#include <cstddef>

namespace scalesmall::bench {

/// The least that the machine allows, in one thread of one process that does nothing else. All
/// throw std::system_error. The first two: median milliseconds from the first send until the last
/// socket has read.

/// One datagram of 200 bytes to as many sockets of one multicast group on the loopback interface.
[[nodiscard]] double multicast_floor_ms(std::size_t nodes);

/// 200 bytes along the tree of plan_broadcast, whose TCP connections stand.
[[nodiscard]] double tree_floor_ms(std::size_t nodes);

/// What waking up costs: milliseconds of CPU per node and second when each node sends 200 bytes to
/// another once a second, at moments of its own, over TCP connections that stand, and nobody
/// answers. Takes five seconds.
[[nodiscard]] double idle_floor_cpu_ms(std::size_t nodes);

}  // namespace scalesmall::bench
