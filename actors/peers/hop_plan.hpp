#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "actors/peers/peer_table.hpp"

namespace scalesmall {

/// Asks for the numbers and the recipients of a broadcast.
struct plan_hops {
  std::size_t datagrams = 0;                      ///< multicasts that it takes; 0: do not multicast
  std::size_t frames = 1;                         ///< messages to one peer that it takes by TCP
  std::optional<std::vector<net_id>> recipients;  ///< none: every peer that can be reached
  std::optional<net_id> unless_heard = {};        ///< no multicast if this node hears that peer's
  std::size_t seen_ids_max = peer_table::seen_ids_per_broadcast;
  peer_table::unreachable_peers dead = peer_table::unreachable_peers::served;
};

struct hop_plan {
  /// Datagrams take the first of the numbers and frames by TCP the last. Both may have the same
  /// number, since no peer needs both.
  peer_table::hop_ids ids;
  std::size_t numbers = 0;
  bool multicast = false;
  peer_table::recipients by_tcp;
};

[[nodiscard]] hop_plan plan(peer_table& peers, const plan_hops& what, time_point now);

/// Asks for the numbers of a gossip to one peer.
struct plan_direct {
  net_id peer;
  std::size_t frames = 1;
  /// Whether it names members, by rows or clocks, and so carries evidence of them.
  bool rows = false;
};

[[nodiscard]] peer_table::hop_ids plan(peer_table& peers, const plan_direct& what, time_point now);

/// A peer to begin an exchange with, and the number of the request.
struct exchange_partner {
  net_id peer;
  peer_table::hop_ids ids;
  bool first = false;  ///< nobody has answered a request of this node yet
};

[[nodiscard]] std::vector<exchange_partner> plan_exchanges(peer_table& peers,
                                                           const std::vector<net_id>& with,
                                                           time_point now);

}  // namespace scalesmall
