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

/// Reads a numeric address. A link-local IPv6 address may have a zone (fe80::1%eth0), which is left
/// out: the node's own address decides on the interface. fault::bad_address for any other text.
[[nodiscard]] result<ip_address> parse_scoped_address(std::string_view text);

/// Parses the form that to_string writes; the port is 1..65535. Errors: fault::bad_address or
/// fault::bad_port. An address must be one of a single host (messages/host_address.hpp). Of a host
/// name only the form is checked (labels of letters, digits, hyphens and underscores, at most 63
/// bytes each, joined by dots, at most 253 bytes in all; a dot may follow).
[[nodiscard]] result<peer_address> parse_peer_address(std::string_view text);

}  // namespace scalesmall
