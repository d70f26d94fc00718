#pragma once

#include <cstdint>
#include <scalesmall/net_id.hpp>
#include <scalesmall/result.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace scalesmall {

/// The address of a peer as a user writes it: a numeric address or a host name, and a port.
struct peer_address {
  std::string host;  ///< an IPv6 address has no brackets
  std::uint16_t port = 0;

  friend bool operator==(const peer_address&, const peer_address&) = default;
};

/// "host:port"; an IPv6 address is in brackets.
[[nodiscard]] std::string to_string(const peer_address& x);

/// Parses the form that to_string writes; the port is 1..65535. Errors: fault::bad_address or
/// fault::bad_port. Of a host name only the form is checked (RFC 1123: labels of letters, digits
/// and hyphens, at most 63 bytes each, joined by dots, at most 253 bytes in all).
[[nodiscard]] result<peer_address> parse_peer_address(std::string_view text);

/// The first IPv4 address of the host; its first IPv6 address if it has no IPv4 address;
/// fault::bad_address if it has neither. A host name needs the name service: the call blocks for as
/// long as getaddrinfo does. A numeric address does not.
[[nodiscard]] result<net_id> resolve(const peer_address& x);

}  // namespace scalesmall
