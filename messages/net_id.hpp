#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "messages/result.hpp"

namespace scalesmall {

/// An IPv4 or IPv6 address. IPv4 is kept in its IPv6-mapped form (::ffff:a.b.c.d), so that one address has one value;
/// the order is that of the 16 bytes.
struct ip_address {
  std::array<std::uint8_t, 16> bytes{};

  [[nodiscard]] static ip_address v4(std::uint8_t a, std::uint8_t b, std::uint8_t c, std::uint8_t d) noexcept;
  [[nodiscard]] bool is_v4() const noexcept;
  [[nodiscard]] bool is_loopback() const noexcept;

  friend auto operator<=>(const ip_address&, const ip_address&) = default;
};

[[nodiscard]] std::string to_string(const ip_address& x);

/// Reads numeric IPv4 or IPv6, the latter without brackets and without a zone; fault::bad_address.
[[nodiscard]] result<ip_address> parse_ip_address(std::string_view text);

/// The identity of a node: where it listens.
struct net_id {
  ip_address address;
  std::uint16_t port = 0;

  friend auto operator<=>(const net_id&, const net_id&) = default;
};

/// "192.168.1.100:29999" or "[fe80::1]:29999".
[[nodiscard]] std::string to_string(const net_id& x);

/// Reads what to_string writes; fault::bad_address or fault::bad_port.
[[nodiscard]] result<net_id> parse_net_id(std::string_view text);

}  // namespace scalesmall

template <>
struct std::hash<scalesmall::net_id> {
  std::size_t operator()(const scalesmall::net_id& x) const noexcept;
};
