#pragma once

#include <cstdint>
#include <scalesmall/net_id.hpp>
#include <string>
#include <vector>

namespace scalesmall {

/// All addresses of a host that the name services know, each once and with this port, IPv4 first;
/// none if they know none. A numeric address needs no name service. A name blocks the caller as
/// long as getaddrinfo takes. Any thread.
[[nodiscard]] std::vector<net_id> host_addresses(const std::string& host, std::uint16_t port);

}  // namespace scalesmall
