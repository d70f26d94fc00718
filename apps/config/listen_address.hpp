#pragma once

#include <optional>
#include <scalesmall/net_id.hpp>
#include <span>
#include <string>
#include <vector>

namespace scalesmall {

/// An address of an interface of this machine.
struct own_address {
  std::string interface;
  ip_address address;
  bool running = false;           ///< the interface is up and has a carrier
  bool by_default_route = false;  ///< what leaves by the default route comes from this address
};

/// The addresses of this machine without those of loopback, in the order of the system.
[[nodiscard]] std::vector<own_address> own_addresses();

/// The address on which a node listens if nobody says: of an interface that is running and was not
/// made by a container or virtual machine manager for its own network, and not link-local. Among
/// several it is the one of the default route, then the first IPv4 one, then the first. Nothing if
/// there is none.
[[nodiscard]] std::optional<own_address> choose_address(std::span<const own_address> from);

/// "10.0.0.2 (eth0), 172.17.0.1 (docker0, no carrier)"; "none" if there are none.
[[nodiscard]] std::string list_of(std::span<const own_address> all);

/// Whether an interface of this machine broadcasts to this address.
[[nodiscard]] bool is_own_broadcast(const ip_address& x);

}  // namespace scalesmall
