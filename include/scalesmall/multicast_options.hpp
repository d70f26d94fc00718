#pragma once

#include <cstddef>
#include <scalesmall/limits.hpp>
#include <scalesmall/net_id.hpp>

namespace scalesmall {

/// How a node sends and receives multicast.
struct multicast_options {
  net_id group;          ///< multicast address and port
  ip_address interface;  ///< address of the interface to send and receive on
  int ttl = 4;           ///< how many routers a datagram may pass, 0..255
  std::size_t datagram_bytes_max = limits::datagram_bytes_max;  ///< larger datagrams are refused
};

/// Whether `group` is a multicast address of the interface's family and `ttl` is in its range.
[[nodiscard]] bool is_valid(const multicast_options& x) noexcept;

}  // namespace scalesmall
