// What programs rely on beside the behaviour of groups: registrations that end, leaving
// everything.

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <scalesmall/call_answers.hpp>
#include <scalesmall/network.hpp>
#include <scalesmall/node.hpp>
#include <string>
#include <utility>
#include <vector>

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <doctest/doctest.h>

#include "tests/node/loopback.hpp"
#include "tests/node/world.hpp"

using namespace scalesmall;
using namespace std::chrono_literals;

TEST_CASE("a node leaves all its groups at once") {
  loopback nodes;
  auto& host = nodes.start();
  REQUIRE(host.leave_all());
  REQUIRE(host.join("a"));
  REQUIRE(host.add_item("b", {0, 9}, 80));
  REQUIRE(host.leave_all());
  CHECK(host.my_groups().empty());
  CHECK(host.owners("b", 5).empty());
}

TEST_CASE("many ranges are served by one call, and all others no longer by another") {
  loopback nodes;
  auto& host = nodes.start();
  const auto added = host.add_items("g", {{{10, 19}, 81}, {{0, 9}, 80}});
  REQUIRE(added);
  REQUIRE(added->size() == 2);
  CHECK((*added)[0].item.range == key_range{0, 9});
  CHECK((*added)[0].at == (*added)[1].at);
  const auto set = host.set_items("g", {{{0, 9}, 80}, {{20, 29}, 80}});
  REQUIRE(set);
  CHECK(set->size() == 2);
  CHECK(host.owners("g", 5).size() == 1);
  CHECK(host.owners("g", 15).empty());
  CHECK(host.owners("g", 25).size() == 1);
  CHECK(host.add_items("g", {}).error() == call_error::invalid_argument);
  CHECK(host.set_items("g", {{{0, 9}, 0}}).error() == call_error::invalid_argument);
  CHECK(host.add_item("g", {0, 9}, 0).error() == call_error::invalid_argument);
}

TEST_CASE("caf::to_string of a node's error has its name") {
  CHECK(caf::to_string(caf::make_error(call_error::not_found)).find("not_found") !=
        std::string::npos);
  const caf::error converted = call_error::timeout;
  CHECK(converted == call_error::timeout);
  CHECK(converted != call_error::unavailable);
}

TEST_CASE("a registration ends once, and when another takes its place") {
  int ended = 0;
  const auto made = [&] { return registration{[&] { ++ended; }}; };
  {
    auto x = made();
    auto y = std::move(x);
    x.end();
    CHECK(ended == 0);
    y = made();
    CHECK(ended == 1);
    y.end();
    y.end();
    CHECK(ended == 2);
    x = made();
  }
  CHECK(ended == 3);
}

TEST_CASE("nodes share a network, and each logs to its program's function") {
  const auto shared = make_network();
  std::mutex mutex;
  std::condition_variable logged;
  std::vector<std::string> lines;
  caf::actor_system_config settings;
  caf::actor_system system{settings};
  node_config config;
  config.listen.port = 0;
  config.multicast = false;
  node_environment environment;
  environment.net = shared;
  environment.log = [&](log_level level, std::string_view text) {
    const std::lock_guard lock{mutex};
    if (level < log_level::warning) return;
    lines.emplace_back(text);
    logged.notify_one();
  };
  const auto first = node::start(system, config, environment);
  REQUIRE(first);
  config.peers = {(*first)->id()};
  const auto second = node::start(system, config, environment);
  REQUIRE(second);
  const auto failing = (*first)->subscribe("g", [](const group_update&) { throw 1; });
  REQUIRE(failing);
  REQUIRE((*first)->join("g"));
  std::unique_lock lock{mutex};
  REQUIRE(logged.wait_for(lock, 10s, [&] { return !lines.empty(); }));
  CHECK(lines.front().starts_with("a subscriber of g threw"));
}

TEST_CASE("a node says when it has heard of all that its seeds know") {
  loopback nodes;
  auto& seed = nodes.start();
  REQUIRE(seed.add_item("g", {0, 9}, 80));
  auto& host = nodes.start({seed.id()});
  REQUIRE(host.join("g"));
  CHECK(host.ready("g").get());
  CHECK(host.owners("g", 5).size() == 1);
  CHECK(host.ready("").get().error() == call_error::invalid_argument);
  host.stop();
  CHECK(host.ready("g").get().error() == call_error::unavailable);
}
