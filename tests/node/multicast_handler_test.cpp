#include <utility>

#include <doctest/doctest.h>

#include "actors/node_access.hpp"
#include "tests/node/world.hpp"

using namespace scalesmall;
using namespace std::chrono_literals;
using names::nodes;
using names::nth;

TEST_CASE("nodes on a LAN find each other without seeds") {
  world w;
  w.start(1, {}, true);
  REQUIRE(w.add_item(1, "g", {1, 2}));
  w.start(2, {}, true);
  w.advance(100ms);
  CHECK(served(w, 2, "g") == 1);
  CHECK(w[1].peers() == nodes({2}));
}

TEST_CASE(
    "once neighbours are known a change is one multicast and one TCP message to the next subnet") {
  world w;
  for (const std::uint8_t n : {3, 4}) w.wire.set_subnet(nth(n), 1);
  for (std::uint8_t n = 1; n <= 4; ++n) w.start(n, nodes({1}), true);
  for (std::uint8_t n = 1; n <= 4; ++n) REQUIRE(w.join(n, "g"));
  w.advance(30s);
  for (std::uint8_t n = 1; n <= 4; ++n) REQUIRE(w[n].members("g").size() == 4);

  const auto datagrams = [&] {
    std::uint64_t sum = 0;
    for (std::uint8_t n = 1; n <= 4; ++n) sum += w[n].counts().datagrams_sent;
    return sum;
  };
  const auto before = datagrams();
  for (std::uint32_t i = 0; i < 10; ++i) {
    REQUIRE(w.add_item(1, "g", {i, i}));
    w.advance(5ms);
    for (std::uint8_t n = 1; n <= 4; ++n) CHECK(served(w, n, "g") == i + 1);
  }
  // One datagram in each subnet for a change, and at most one hearing report a second and node.
  CHECK(datagrams() - before <= 20 + 4);
}

TEST_CASE("two clusters on one LAN do not mix") {
  world w;
  w.start(1, {}, true);
  node_config other;
  other.listen = nth(2);
  other.cluster = "another";
  node_environment environment;
  environment.net = w.wire.host(nth(2));
  auto stranger = node_access::launch(w.system(), other, std::move(environment));
  REQUIRE(stranger);
  w.run();
  REQUIRE(w.join(1, "g"));
  w.advance(100ms);
  CHECK((*stranger)->groups().empty());
  CHECK((*stranger)->counts().faults[static_cast<std::size_t>(fault::wrong_cluster)] > 0);
  node_access::request_stop(**stranger);
  w.run();
}
