#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "actors/broadcast/audience.hpp"
#include "actors/broadcast/tcp_hop.hpp"
#include "actors/topology/row_mark.hpp"

namespace scalesmall {

/// A broadcast as its initiator wants it.
struct broadcast {
  payload what;
  std::optional<std::vector<net_id>> recipients;  ///< none: every peer that can be reached
  bool multicast = true;
  /// No multicast if this node hears that peer's: then its neighbours do, too.
  std::optional<net_id> unless_heard;
  std::vector<narrow_audience> narrow = {};  ///< those who get less of it by TCP
  int tries = 0;                             ///< of its hops, that count as made already
  std::shared_ptr<const void> room = {};     ///< as in tcp_hop
  std::function<void()> failed = {};         ///< called if sending it throws; may be empty
};

/// Rows to tell every peer.
struct announcement {
  std::vector<row_mark> rows;
};

/// A payload for one peer by TCP.
struct direct {
  net_id peer;
  payload what;
  std::shared_ptr<const void> room = {};  ///< as in tcp_hop
  std::function<void()> failed = {};      ///< as in broadcast
};

}  // namespace scalesmall
