#pragma once

#include <cstdint>
#include <scalesmall/net_id.hpp>
#include <string>
#include <vector>

namespace scalesmall {

/// All addresses that the name services know of a host, IPv4 first, each once and with the port;
/// none if they know none. A numeric address needs no name service; for a name this blocks as long
/// as getaddrinfo does. Any thread.
[[nodiscard]] std::vector<net_id> host_addresses(const std::string& host, std::uint16_t port);

}  // namespace scalesmall
