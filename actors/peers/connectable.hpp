#pragma once

#include <scalesmall/net_id.hpp>

namespace scalesmall {

/// Whether a node with this own address may connect there. False for the unspecified address and
/// all of 0.0.0.0/8, which mean this machine; for multicast and broadcast; for port 0; and for
/// loopback, unless the node itself is on loopback. Otherwise a host could name services of this
/// machine to the node that no other machine can reach.
[[nodiscard]] bool is_connectable(const ip_address& own, const net_id& to) noexcept;

}  // namespace scalesmall
