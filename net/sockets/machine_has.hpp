#pragma once

#include <optional>
#include <scalesmall/net_id.hpp>

namespace scalesmall {

/// Whether this machine has the address, so that sockets can be bound to it; nothing if the system
/// does not tell, for want of descriptors for example. A link-local address needs the index of its
/// interface. Any thread.
[[nodiscard]] std::optional<bool> machine_has(const ip_address& address, unsigned interface = 0);

}  // namespace scalesmall
