#pragma once

#include <cstddef>

namespace scalesmall::bench {

/// The least that the machine allows: median milliseconds from the first of these sends until the
/// last socket has read, in one thread of one process that does nothing else. Both throw
/// std::system_error.

/// One datagram of 200 bytes to as many sockets of one multicast group on the loopback interface.
[[nodiscard]] double multicast_floor_ms(std::size_t nodes);

/// 200 bytes along the tree of plan_broadcast, whose TCP connections stand.
[[nodiscard]] double tree_floor_ms(std::size_t nodes);

}  // namespace scalesmall::bench
