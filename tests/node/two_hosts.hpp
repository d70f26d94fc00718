#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <scalesmall/node.hpp>
#include <scalesmall/owner_actors.hpp>
#include <utility>
#include <vector>

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/io/middleman.hpp>
#include <caf/scoped_actor.hpp>
#include <caf/send.hpp>
#include <doctest/doctest.h>

#include "tests/node/await_group.hpp"
#include "tests/node/undisturbed.hpp"

namespace scalesmall {

inline constexpr std::size_t open_requests_max = 100;

struct with_middleman : caf::actor_system_config {
  with_middleman() {
    load<caf::io::middleman>();
    set("scheduler.max-threads", 2u);
  }
};

/// A node in an actor system of its own, which for CAF is like a process of its own.
class host {
public:
  explicit host(std::vector<net_id> peers = {}) {
    node_config settings;
    // The cases are about owners that are asked in vain, not about those that are known to be gone.
    settings.liveness = false;
    settings.open_requests_max = open_requests_max;
    settings.listen = {ip_address::v4(127, 0, 0, 1), 0};
    settings.multicast = false;
    settings.peers = std::move(peers);
    auto started = node::start(system, settings);
    REQUIRE(started);
    self.reset(started->release());
  }

  ~host() {
    // CAF keeps published actors alive, and an actor system waits for its actors at the end.
    for (const auto& who : published) caf::anon_send_exit(who, caf::exit_reason::user_shutdown);
  }

  /// Publishes an actor and serves the range with it.
  caf::actor serve(key_range range, caf::actor who) {
    const auto port = system.middleman().publish(who, 0, "127.0.0.1", true);
    REQUIRE(port);
    ports.push_back(*port);
    published.push_back(who);
    REQUIRE(self->add_item("g", range, *port));
    return who;
  }

  /// An actor that doubles numbers.
  caf::actor doubler() {
    return system.spawn([] { return caf::behavior{[](int x) { return 2 * x; }}; });
  }

  with_middleman config;
  caf::actor_system system{config};
  undisturbed_node self;
  std::vector<std::uint16_t> ports;
  std::vector<caf::actor> published;
};

struct two_hosts {
  host client;
  host server{{client.self->id()}};
  caf::scoped_actor self{client.system};
  owner_actors<> owners = *owner_actors<>::make(*client.self, "g");

  void await_owners(std::uint32_t key, std::size_t n) {
    await_group(*client.self, "g", "owners",
                [&] { return client.self->owners("g", key).size() == n; });
  }

  /// The owner's answer. If there is none, `error` is set.
  std::optional<int> ask(std::uint32_t key, int x,
                         std::chrono::milliseconds limit = std::chrono::seconds{10}) {
    std::optional<int> answer;
    send_to_owner(self, owners, key, limit, x)
        .receive([&](int y) { answer = y; }, [&](caf::error& why) { error = why; });
    return answer;
  }

  caf::error error;
};

}  // namespace scalesmall
