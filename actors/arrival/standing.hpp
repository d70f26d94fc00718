#pragma once

#include <algorithm>
#include <cstdint>
#include <scalesmall/net_id.hpp>
#include <vector>

namespace scalesmall {

/// What a node knows of the sender of a gossip.
enum class standing : std::uint8_t {
  elsewhere,  ///< the gossip came from another address than the sender's, so nobody is answered
  stranger,   ///< this node has not reached the sender yet
  reached,
};

/// @param from     the address that the gossip came from
/// @param reached  the peers that this node has reached, ascending
[[nodiscard]] inline standing standing_of(const net_id& sender, const ip_address& from,
                                          const std::vector<net_id>& reached) {
  if (sender.address != from) return standing::elsewhere;
  return std::ranges::binary_search(reached, sender) ? standing::reached : standing::stranger;
}

}  // namespace scalesmall
