#pragma once

#include <scalesmall/node_config.hpp>

#include "messages/peer_address.hpp"

namespace scalesmall {

/// Makes a peer one more seed of the node, by its address or by its name.
inline void add_seed(node_config& config, const peer_address& peer) {
  if (const auto numeric = parse_ip_address(peer.host))
    config.peers.push_back({*numeric, peer.port});
  else
    config.named_peers.push_back({peer.host, peer.port});
}

}  // namespace scalesmall
