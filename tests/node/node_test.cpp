#include <caf/send.hpp>
#include <doctest/doctest.h>

#include "actors/node_access.hpp"
#include "actors/node_context.hpp"
#include "actors/topology/topology.hpp"
#include "actors/topology_db_messages.hpp"
#include "net/rng.hpp"
#include "tests/node/world.hpp"

using namespace scalesmall;
using namespace std::chrono_literals;
using names::nodes;
using names::nth;

TEST_CASE("three nodes that join through one seed see each other") {
  // 1 <- 2, 1 <- 3: node 2 has to learn of node 3 through node 1.
  world w;
  bool multicast = false;
  SUBCASE("by TCP") { multicast = false; }
  SUBCASE("with multicast") { multicast = true; }
  SUBCASE("with multicast that one does not hear") {
    multicast = true;
    w.wire.set_deaf(nth(3), true);
  }
  w.start(1, {}, multicast);
  w.start(2, nodes({1}), multicast);
  w.start(3, nodes({1}), multicast);
  for (std::uint8_t n = 1; n <= 3; ++n) REQUIRE(w.join(n, "g"));
  w.advance(100ms);
  for (std::uint8_t n = 1; n <= 3; ++n) CHECK(w[n].members("g") == nodes({1, 2, 3}));

  REQUIRE(w.add_item(2, "g", {1, 2}));
  w.advance(10ms);
  for (std::uint8_t n = 1; n <= 3; ++n) CHECK(served(w, n, "g") == 1);
  CHECK(w.agree({1, 2, 3}, "g"));

  REQUIRE(w.remove_item(2, "g", {1, 2}));
  w.advance(10ms);
  for (std::uint8_t n = 1; n <= 3; ++n) CHECK(served(w, n, "g") == 0);
}

TEST_CASE("many nodes that join through one seed at the same time do not wait for a timer") {
  world w;
  constexpr std::uint8_t count = 12;
  for (std::uint8_t n = 1; n <= count; ++n) w.start(n);
  for (std::uint8_t n = 1; n <= count; ++n) {
    caf::anon_send(w[n].group_manager(), join_group{"g", {nth(1)}});
  }
  w.advance(50ms);
  for (std::uint8_t n = 1; n <= count; ++n) CHECK(w[n].members("g").size() == count);
}

TEST_CASE("nodes that start and join in any order through one seed need no timer") {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    CAPTURE(seed);
    world w{seed};
    rng random{seed};
    const bool multicast = random.chance(0.5);
    for (const std::uint8_t n : {3, 4}) w.wire.set_subnet(nth(n), 1);
    w.wire.set_faults({.delay_min = 50us, .delay_max = 400us});
    w.start(1, {}, multicast);
    std::vector<std::uint8_t> steps{1, 12, 13, 14};  // n: join, 10 + n: start and then join
    while (!steps.empty()) {
      random.shuffle(steps);
      const auto step = steps.back();
      steps.pop_back();
      if (step > 10) {
        w.start(step - 10, {nth(1)}, multicast);
        steps.push_back(step - 10);
      } else {
        caf::anon_send(w[step].group_manager(), join_group{"g", {}});
      }
      w.advance(std::chrono::microseconds{random.below(2'000)}, 50us);
    }
    w.advance(100ms);
    for (std::uint8_t n = 1; n <= 4; ++n) CHECK(w[n].members("g").size() == 4);
  }
}

TEST_CASE("nodes learn groups that they are not in") {
  world w;
  w.start(1);
  w.start(2, nodes({1}));
  REQUIRE(w.join(1, "g"));
  w.advance(10ms);
  CHECK(w[2].groups() == std::vector<std::string>{"g"});
  CHECK(w[2].my_groups().empty());
}

TEST_CASE("a node started later learns the present topology") {
  world w;
  w.start(1);
  REQUIRE(w.add_item(1, "g", {1, 2}));
  w.start(2, nodes({1}));
  w.advance(10ms);
  CHECK(served(w, 2, "g") == 1);
}

TEST_CASE("the claims of a node's former life go when it restarts") {
  world w;
  w.start(1);
  w.start(2, nodes({1}));
  REQUIRE(w.add_item(2, "g", {1, 2}));
  REQUIRE(w.add_item(2, "h", {1, 2}));
  w.advance(100ms);
  REQUIRE(served(w, 1, "g") == 1);
  w.kill(2);
  SUBCASE("when it asks its seed") { w.start(2, nodes({1})); }
  SUBCASE("when it joins another group") {
    w.start(2, nodes({1}));
    REQUIRE(w.join(2, "i"));
  }
  SUBCASE("when it knows no other node") { w.start(2); }
  w.advance(3s);
  CHECK(served(w, 1, "g") == 0);
  CHECK(served(w, 1, "h") == 0);
  CHECK(w[1].members("g").empty());
  CHECK(w.agree({1, 2}, "g"));
}

TEST_CASE("a partition heals by itself") {
  world w;
  for (std::uint8_t n = 1; n <= 4; ++n) w.start(n, nodes({1}));
  for (std::uint8_t n = 1; n <= 4; ++n) REQUIRE(w.join(n, "g"));
  w.advance(2s);
  for (const std::uint8_t a : {1, 2}) {
    for (const std::uint8_t b : {3, 4}) w.wire.cut(nth(a), nth(b));
  }
  REQUIRE(w.add_item(1, "g", {1, 1}));
  REQUIRE(w.add_item(4, "g", {4, 4}));
  w.advance(30s, 10ms);
  CHECK(served(w, 2, "g") == 1);
  CHECK(served(w, 3, "g") == 1);
  w.wire.heal();
  w.advance(70s, 10ms);
  for (std::uint8_t n = 1; n <= 4; ++n) CHECK(served(w, n, "g") == 2);
}
