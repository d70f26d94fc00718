#pragma once

#include <cstdint>

#include "messages/gossip.hpp"

namespace scalesmall {

/// Which part of a node deals with a gossip from outside.
enum class gossip_route : std::uint8_t {
  merge,     ///< its rows are merged, then it is acted upon
  act,       ///< it has no rows to merge
  messages,  ///< it carries program messages, or acknowledges some
};

[[nodiscard]] inline gossip_route route_of(const gossip& x, const net_id& self) {
  if (x.current_id.origin == self) return gossip_route::act;  // which ignores it
  if (x.application || !x.acknowledged.empty()) return gossip_route::messages;
  return x.messages.empty() ? gossip_route::act : gossip_route::merge;
}

}  // namespace scalesmall
