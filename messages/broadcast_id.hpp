#pragma once

#include <compare>
#include <cstdint>
#include <scalesmall/net_id.hpp>
#include <string>

namespace scalesmall {

/// Identifies one hop of a broadcast: the node that sent it and that node's sequence number. The
/// numbers of a node only grow, also across its restarts, because they begin at incarnation * 2^32.
struct broadcast_id {
  net_id origin;
  std::uint64_t seqno = 0;

  friend auto operator<=>(const broadcast_id&, const broadcast_id&) = default;
};

/// "192.168.1.100:29999#42".
[[nodiscard]] std::string to_string(const broadcast_id& x);

}  // namespace scalesmall
