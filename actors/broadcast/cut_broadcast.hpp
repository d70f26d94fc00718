#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "actors/broadcast/broadcast.hpp"
#include "actors/peers/hop_plan.hpp"

namespace scalesmall {

/// A broadcast cut into messages, which leave once the peer table has given them numbers.
struct cut_broadcast {
  broadcast what;
  std::vector<payload> datagrams = {};  ///< none: it is not multicast
  /// Messages to one peer by TCP. Narrow members have messages of their own under the same numbers,
  /// since no peer gets both; this is the greater count.
  std::size_t frames = 1;
  std::size_t seen_ids_max = peer_table::seen_ids_per_broadcast;

  /// What to ask the peer table for.
  [[nodiscard]] plan_hops needs() const;
};

/// Cuts a broadcast; nothing if there is nobody to tell.
/// @param multicast whether this node multicasts at all
[[nodiscard]] std::optional<cut_broadcast> cut(broadcast what, bool multicast,
                                               const frame_codec& codec);

/// A multicast that tells only which broadcasts this node has heard.
[[nodiscard]] cut_broadcast hearing_report();

/// A payload for one peer, cut likewise.
struct cut_direct {
  net_id peer;
  std::vector<payload> pieces;
  std::shared_ptr<const void> room = {};  ///< as in tcp_hop
  std::function<void()> failed = {};      ///< as in broadcast
  /// Whether to tell of all silent members: a digest speaks of them without naming them.
  bool all_silent = false;

  /// What to ask the peer table for.
  [[nodiscard]] plan_direct needs() const;
};

[[nodiscard]] cut_direct cut(direct what);

}  // namespace scalesmall
