#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <scalesmall/detail/byte_order.hpp>
#include <scalesmall/result.hpp>
#include <string>
#include <string_view>

namespace scalesmall {

/// An IPv4 or IPv6 address. IPv4 is kept in its IPv6-mapped form (::ffff:a.b.c.d), so that one
/// address has one value. Ordered by the 16 bytes.
struct ip_address {
  std::array<std::uint8_t, 16> bytes{};

  [[nodiscard]] static ip_address v4(std::uint8_t a, std::uint8_t b, std::uint8_t c,
                                     std::uint8_t d) noexcept;
  [[nodiscard]] bool is_v4() const noexcept;
  [[nodiscard]] bool is_loopback() const noexcept;
  [[nodiscard]] bool is_multicast() const noexcept;

  /// The first and the last eight bytes as big-endian numbers, and back. They make it cheap to
  /// compare or encode many addresses.
  [[nodiscard]] std::uint64_t high() const noexcept { return load_big_endian(bytes.data()); }
  [[nodiscard]] std::uint64_t low() const noexcept { return load_big_endian(bytes.data() + 8); }
  [[nodiscard]] static ip_address from_halves(std::uint64_t high, std::uint64_t low) noexcept {
    ip_address x;
    store_big_endian(high, x.bytes.data());
    store_big_endian(low, x.bytes.data() + 8);
    return x;
  }

  friend bool operator==(const ip_address& a, const ip_address& b) noexcept {
    return a.high() == b.high() && a.low() == b.low();
  }
  friend std::strong_ordering operator<=>(const ip_address& a, const ip_address& b) noexcept {
    const auto high = a.high() <=> b.high();
    return high != 0 ? high : a.low() <=> b.low();
  }
};

/// "192.168.1.100" or "fe80::1".
[[nodiscard]] std::string to_string(const ip_address& x);

/// Reads a numeric IPv4 address, or IPv6 without brackets and zone; fault::bad_address for any
/// other text.
[[nodiscard]] result<ip_address> parse_ip_address(std::string_view text);

/// The identity of a node: the address and the port that it listens on.
struct net_id {
  ip_address address;
  std::uint16_t port = 0;

  friend auto operator<=>(const net_id&, const net_id&) = default;
};

/// "192.168.1.100:29999" or "[fe80::1]:29999".
[[nodiscard]] std::string to_string(const net_id& x);

/// Reads what to_string writes; fault::bad_address or fault::bad_port for any other text.
[[nodiscard]] result<net_id> parse_net_id(std::string_view text);

}  // namespace scalesmall

/// @cond
template <>
struct std::hash<scalesmall::net_id> {
  std::size_t operator()(const scalesmall::net_id& x) const noexcept;
};
/// @endcond
