#pragma once

#include <scalesmall/net_id.hpp>

namespace scalesmall {

/// Whether a node may have this address: it is neither the wildcard (0.0.0.0/8, ::) nor a multicast
/// address nor the broadcast address 255.255.255.255.
[[nodiscard]] inline bool is_host_address(const ip_address& x) noexcept {
  if (x.is_multicast()) return false;
  return x.is_v4() ? x.bytes[12] != 0 && x != ip_address::v4(255, 255, 255, 255)
                   : x != ip_address{};
}

/// Whether the address holds on one link only: 169.254.0.0/16 or fe80::/10.
[[nodiscard]] inline bool is_link_local(const ip_address& x) noexcept {
  return x.is_v4() ? x.bytes[12] == 169 && x.bytes[13] == 254
                   : x.bytes[0] == 0xfe && (x.bytes[1] & 0xc0) == 0x80;
}

/// Whether a socket of the address needs the index of an interface: fe80::/10.
[[nodiscard]] inline bool needs_interface(const ip_address& x) noexcept {
  return !x.is_v4() && is_link_local(x);
}

}  // namespace scalesmall
