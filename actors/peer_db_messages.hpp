#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <scalesmall/net_id.hpp>
#include <vector>

#include <caf/allowed_unsafe_message_type.hpp>

#include "actors/handles.hpp"
#include "actors/peers/arrival_path.hpp"
#include "actors/peers/peer_table.hpp"
#include "messages/gossip.hpp"

namespace scalesmall {

struct note_gossip {
  std::shared_ptr<const gossip> content;
  arrival_path path = arrival_path::tcp;
};

struct contact_peers {
  std::vector<net_id> peers;
};

struct peer_unreachable {
  net_id peer;
};

struct peer_reached {
  net_id peer;
};

/// Its own timer.
struct peers_due {};

/// Its own timer.
struct look_up {
  std::size_t named_peer = 0;
};

struct name_found {
  std::size_t named_peer = 0;
  std::vector<net_id> addresses;
};

/// Asks for the numbers and the recipients of a broadcast.
struct plan_hops {
  std::size_t datagrams = 0;  ///< how many multicasts it takes; 0: do not multicast
  std::size_t frames = 1;     ///< how many messages to one peer it takes by TCP
  std::optional<std::vector<net_id>> recipients;  ///< as in broadcast
  std::optional<net_id> unless_heard;             ///< as in broadcast
  std::size_t seen_ids_max = peer_table::seen_ids_per_broadcast;
  peer_table::unreachable_peers dead = peer_table::unreachable_peers::served;
};

struct hop_plan {
  /// Numbers for `datagrams` multicasts, of which TCP shares the last; or for `frames` by TCP.
  peer_table::hop_ids ids;
  bool multicast = false;
  peer_table::recipients by_tcp;
};

/// Asks for the number of a gossip to one peer.
struct plan_direct {
  net_id peer;
  std::size_t frames = 1;
  bool rows = false;  ///< whether it tells rows, and so who of their members is silent
};

}  // namespace scalesmall

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(scalesmall::note_gossip)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(scalesmall::contact_peers)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(scalesmall::peer_unreachable)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(scalesmall::peer_reached)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(scalesmall::peers_due)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(scalesmall::look_up)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(scalesmall::name_found)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(scalesmall::plan_hops)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(scalesmall::hop_plan)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(scalesmall::plan_direct)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(scalesmall::hop_ids)
