#pragma once

#include <vector>

#include "actors/peers/peer_table.hpp"
#include "net/planning/broadcast_plan.hpp"

namespace scalesmall {

/// The TCP messages by which a node serves the recipients of a broadcast.
struct assignments {
  std::vector<assignment> familiar;
  /// To peers that were never reached. Their halves hold strangers alone, so invented peers keep
  /// nothing from those that exist.
  std::vector<assignment> strangers;
};

[[nodiscard]] assignments assign(const net_id& self, const peer_table::recipients& to);

}  // namespace scalesmall
