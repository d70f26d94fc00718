#pragma once

#include <compare>
#include <cstdint>
#include <scalesmall/net_id.hpp>
#include <string>

namespace scalesmall {

/// One hop of a broadcast: the node that sent it and that node's sequence number, which only grows,
/// also across restarts of the node (it begins at incarnation * 2^32).
struct broadcast_id {
  net_id origin;
  std::uint64_t seqno = 0;

  friend auto operator<=>(const broadcast_id&, const broadcast_id&) = default;
};

/// "192.168.1.100:29999#42".
[[nodiscard]] std::string to_string(const broadcast_id& x);

}  // namespace scalesmall
