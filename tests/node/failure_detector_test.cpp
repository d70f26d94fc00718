#include <chrono>
#include <variant>
#include <vector>

#include <caf/event_based_actor.hpp>
#include <caf/send.hpp>
#include <doctest/doctest.h>

#include "tests/node/world.hpp"

using namespace scalesmall;
using namespace std::chrono_literals;
using names::nodes;
using names::nth;

namespace {

/// Four nodes that watch each other, each with a range.
struct watching_cluster {
  world w;

  watching_cluster() {
    for (std::uint8_t n = 1; n <= 4; ++n) {
      node_config config;
      config.multicast = false;
      config.peers = nodes({1});
      config.liveness = true;
      w.start_with(n, config);
      REQUIRE(w.add_item(n, "g", {n, n}));
    }
    w.advance(5s);
  }

  bool serves(std::uint8_t observer, std::uint8_t n) { return !w[observer].owners("g", n).empty(); }
};

}  // namespace

TEST_CASE(
    "a process that ends is no owner any more within a second, and is again when it is back") {
  watching_cluster x;
  REQUIRE(x.serves(2, 4));
  x.w.kill(4);
  x.w.advance(1s);
  for (const std::uint8_t n : {1, 2, 3}) {
    CHECK(!x.serves(n, 4));
    CHECK(x.w[n].reachability(nth(4)).state == reach_state::unreachable);
    CHECK(x.w[n].members("g").size() == 4);
  }
  node_config config;
  config.multicast = false;
  config.peers = nodes({1});
  config.liveness = true;
  x.w.start_with(4, config);
  REQUIRE(x.w.add_item(4, "g", {4, 4}));
  x.w.advance(3s);
  for (const std::uint8_t n : {1, 2, 3}) CHECK(x.serves(n, 4));
}

TEST_CASE("a member that is unreachable is told to subscribers, and its claims are shown marked") {
  watching_cluster x;
  std::vector<group_event> events;
  const auto hear = [&](const group_update& update) {
    if (!update.snapshot) events.insert(events.end(), update.events.begin(), update.events.end());
  };
  const auto listener =
      x.w.system().spawn([hear](caf::event_based_actor*) { return caf::behavior{hear}; });
  caf::anon_send(x.w[1].subscriptions(),
                 subscribe{"g", caf::actor_cast<subscriber_actor>(listener)});
  x.w.advance(100ms);
  REQUIRE(events.empty());
  const auto claim = x.w[1].owners("g", 4).at(0);
  x.w.kill(4);
  x.w.advance(1s);
  REQUIRE(events.size() == 1);
  REQUIRE(std::holds_alternative<member_unreachable>(events[0]));
  CHECK(std::get<member_unreachable>(events[0]).member == nth(4));
  CHECK(x.w[1].owners("g", 4, reach::all) == std::vector{judged_owner{claim, false}});
  CHECK(x.w[1].owners("g", 3, reach::all).at(0).reachable);
  const auto all = x.w[1].coverage("g");
  CHECK(all.unreachable() == std::vector{key_range{4, 4}});
  CHECK(all.gaps() == std::vector<key_range>{{0, 0}, {5, UINT32_MAX}});
  CHECK(x.w[1].reachability().watching);
}

TEST_CASE("a crash of the failure detector changes no verdict") {
  watching_cluster x;
  x.w.kill(4);
  x.w.advance(1s);
  REQUIRE(!x.serves(1, 4));
  for (int i = 0; i < 20; ++i) {
    if (i % 10 == 0) REQUIRE(x.w.crash(1, "group_manager/chatter/failure_detector"));
    x.w.advance(100ms);
    CHECK(!x.serves(1, 4));
    CHECK(!x.serves(2, 4));
  }
}

TEST_CASE("a program that is not well is no owner meanwhile") {
  watching_cluster x;
  x.w[3].set_well(false);
  x.w.advance(500ms);
  CHECK(!x.serves(1, 3));
  CHECK(x.serves(3, 3));
  CHECK(x.w[1].reachability(nth(3)).why == reach_reason::own);
  x.w[3].set_well(true);
  x.w.advance(500ms);
  CHECK(x.serves(1, 3));
}

TEST_CASE("the group of the failure detector is the program's own") {
  watching_cluster x;
  CHECK(x.w[1].groups() == std::vector<std::string>{"g"});
  CHECK(x.w[1].my_groups() == std::vector<std::string>{"g"});
  const std::string reserved = "scalesmall.live";
  CHECK(x.w.join(1, reserved).error() == call_error::invalid_argument);
  CHECK(x.w.add_item(1, reserved, {1, 1}).error() == call_error::invalid_argument);
  CHECK(x.w[1].broadcast(reserved, "tag", {}).error() == call_error::invalid_argument);
}

TEST_CASE("a node without the failure detector judges nobody and is not watched") {
  world w;
  w.prepare = [](node_config& config, node_environment&) { config.liveness = false; };
  w.start(1);
  w.start(2, nodes({1}));
  REQUIRE(w.add_item(2, "g", {2, 2}));
  w.advance(1s);
  w.kill(2);
  w.advance(10s);
  CHECK(w[1].owners("g", 2).size() == 1);
  CHECK(w[1].reachability().members.empty());
  CHECK(w[1].counts().probes_sent == 0);
}
