#pragma once

#include <cstdint>
#include <scalesmall/net_id.hpp>
#include <scalesmall/result.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace scalesmall {

/// Where a person says a peer is: a numeric address or a host name, and a port.
struct peer_address {
  std::string host;  ///< IPv6 without brackets
  std::uint16_t port = 0;

  friend bool operator==(const peer_address&, const peer_address&) = default;
};

/// "host:port", IPv6 in brackets, port 1..65535.
[[nodiscard]] std::string to_string(const peer_address& x);

/// Reads what to_string writes; fault::bad_address or fault::bad_port. A host name is checked for
/// its form only (RFC 1123: letters, digits, hyphens, in parts of
/// at most 63, dots between them, at most 253 bytes).
[[nodiscard]] result<peer_address> parse_peer_address(std::string_view text);

/// The first IPv4 address of the host, else its first IPv6 address; fault::bad_address if it has
/// none. A numeric address needs no name service; for a name this blocks as long as getaddrinfo
/// does.
[[nodiscard]] result<net_id> resolve(const peer_address& x);

}  // namespace scalesmall
