#pragma once

#include <memory>
#include <scalesmall/node.hpp>
#include <utility>
#include <vector>

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <doctest/doctest.h>

#include "tests/node/undisturbed.hpp"

namespace scalesmall {

/// Real nodes in one actor system on real threads, over TCP on free ports of 127.0.0.1.
class loopback {
public:
  node& start(std::vector<net_id> peers = {}, bool liveness = false) {
    node_config config;
    config.listen = {ip_address::v4(127, 0, 0, 1), 0};
    config.multicast = false;
    config.peers = std::move(peers);
    config.liveness = liveness;
    auto started = node::start(system_, config);
    REQUIRE(started);
    return *nodes_.emplace_back(started->release());
  }

private:
  caf::actor_system_config config_;
  caf::actor_system system_{config_};
  std::vector<undisturbed_node> nodes_;
};

}  // namespace scalesmall
