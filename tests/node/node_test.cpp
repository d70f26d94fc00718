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
using names::nth;

namespace {

std::vector<net_id> nodes(std::initializer_list<std::uint8_t> numbers) {
  std::vector<net_id> ids;
  for (const auto n : numbers) ids.push_back(nth(n));
  return ids;
}

std::size_t served(world& w, std::uint8_t n, const std::string& group) {
  return w[n].topology(group, op::add).size();
}

std::vector<std::string> workers(const node& host) {
  std::vector<std::string> paths;
  for (const auto& entry : host.tree()) {
    if (entry.kind == supervision::child_type::worker) paths.push_back(entry.path);
  }
  return paths;
}

/// Sixteen nodes that know each other as members of the group "g".
struct sixteen : world {
  static constexpr std::uint8_t count = 16;

  sixteen() {
    start(1);
    for (std::uint8_t n = 2; n <= count; ++n) start(n, nodes({1}));
    for (std::uint8_t n = 1; n <= count; ++n) REQUIRE(join(n, "g"));
    advance(3s);
    REQUIRE((*this)[1].members("g").size() == count);
  }
};

}  // namespace

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

TEST_CASE("nodes on a LAN find each other without seeds") {
  world w;
  w.start(1, {}, true);
  REQUIRE(w.add_item(1, "g", {1, 2}));
  w.start(2, {}, true);
  w.advance(100ms);
  CHECK(served(w, 2, "g") == 1);
  CHECK(w[1].peers() == nodes({2}));
}

TEST_CASE("a seed that has not started yet is asked again") {
  world w;
  w.start(2, nodes({1}));
  REQUIRE(w.join(2, "g"));
  w.advance(500ms);
  w.start(1);
  w.advance(1s);
  CHECK(w[1].members("g") == nodes({2}));
}

TEST_CASE("a seed may be given by name, and the addresses of the name may change") {
  world w;
  w.wire.set_name("seed.example", {});
  node_config config;
  config.named_peers = {{"seed.example", nth(1).port}};
  w.start(1);
  w.start(3);
  w.start_with(2, config);
  REQUIRE(w.join(2, "g"));
  w.advance(500ms);
  CHECK(w[2].peers().empty());
  w.wire.set_name("seed.example", {nth(1).address});
  w.advance(2s);
  CHECK(w[1].members("g") == nodes({2}));
  w.wire.set_name("seed.example", {nth(1).address, nth(3).address});
  w.advance(8s);
  CHECK(w[3].members("g") == nodes({2}));
}

TEST_CASE("all live nodes get a change despite dead relays") {
  sixteen w;
  for (const std::uint8_t n : {3, 7, 8, 12}) w.kill(n);
  REQUIRE(w.add_item(1, "g", {1, 2}));
  w.advance(50ms);  // much less than the second until the next exchange
  for (std::uint8_t n = 1; n <= sixteen::count; ++n) {
    if (n == 3 || n == 7 || n == 8 || n == 12) continue;
    CAPTURE(n);
    CHECK(served(w, n, "g") == 1);
  }
}

TEST_CASE("all nodes get a change despite stalled relays, and so do the relays") {
  sixteen w;
  // The connections stay open, but carry no bytes.
  for (const std::uint8_t n : {3, 7, 8, 12}) w.wire.cut(nth(1), nth(n));
  for (std::uint32_t change = 1; change <= 2; ++change) {
    REQUIRE(w.add_item(1, "g", {change, change}));
    w.advance(800ms);  // for up to four stalled relays in a row, at most 200 ms each
    for (std::uint8_t n = 1; n <= sixteen::count; ++n) {
      CAPTURE(n);
      CHECK(served(w, n, "g") == change);
    }
  }
  CHECK(w[1].counts().hops_overdue > 0);
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

TEST_CASE("any worker may crash on a node in use") {
  world w;
  for (std::uint8_t n = 1; n <= 3; ++n) w.start(n, nodes({1}), n != 3);
  for (std::uint8_t n = 1; n <= 3; ++n) REQUIRE(w.add_item(n, "g", {n, n}));
  w.advance(2s);
  REQUIRE(w.agree({1, 2, 3}, "g"));
  const auto own = w[2].topology("g");
  const auto peers = w[2].peers();
  std::uint32_t next = 100;
  for (const auto& path : workers(w[2])) {
    CAPTURE(path);
    const bool temporary = path.find('#') != path.npos || path.find("outgoing/") != path.npos;
    const auto known = w[2].topology("g");
    if (!w[2].crash(path)) {
      CHECK(temporary);  // ended with its connection meanwhile
      continue;
    }
    w.run();
    const auto again = workers(w[2]);
    if (!temporary) CHECK(std::find(again.begin(), again.end(), path) != again.end());
    CHECK(w[2].topology("g") == known);
    CHECK(w[2].peers() == peers);

    REQUIRE(w.add_item(2, "g", {next, next}));
    w.advance(100ms);
    ++next;
    for (const std::uint8_t n : {1, 3}) CHECK(served(w, n, "g") == served(w, 2, "g"));
    w.advance(6s);  // so that the restarts stay within the intensity
  }
  CHECK(served(w, 2, "g") == 3 + next - 100);
  for (const auto& claim : own) {
    const auto now = w[2].topology("g");
    CHECK(std::find(now.begin(), now.end(), claim) != now.end());
  }
  CHECK(w.failures.empty());
}

TEST_CASE("more crashes than the intensity allows escalate") {
  world w;
  w.start(1);
  const auto restarts = [&](const std::string& path) -> std::uint64_t {
    for (const auto& entry : w[1].tree()) {
      if (entry.path == path) return entry.restarts;
    }
    return 99;
  };
  const auto crash_often = [&](const std::string& path) {
    for (int i = 0; i < 4; ++i) {
      w[1].crash(path);
      w.run();
    }
  };
  crash_often("group_manager/chatter/peer_db");
  CHECK(restarts("group_manager/chatter") == 1);
  CHECK(restarts("group_manager/chatter/peer_db") == 0);
  CHECK(w.failures.empty());

  crash_often("group_manager/topology_db");
  REQUIRE(w.failures.contains(1));
  CHECK(w.failures[1].find("gave up") != std::string::npos);
  CHECK(w.join(1, "g").error() == call_error::unavailable);
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

TEST_CASE("own changes do not wait for the merge of a long gossip") {
  world w;
  w.start(1);
  const auto topology_db = caf::actor_cast<topology_db_actor>(w[1].group_manager());
  gossip many;
  many.current_id = {nth(9), 1};
  many.messages.push_back({"g", {}, {}});
  for (std::uint64_t n = 0; n < 10'000; ++n)
    many.messages[0].time.advance({{ip_address::from_halves(1, n), 1}, {5, 0}});

  caf::scoped_actor merger{w.system(), true};
  auto merged =
      merger->request(topology_db, caf::infinite, arrived{std::make_shared<const gossip>(many)});
  for (int i = 0; i < 4; ++i) w.step();
  caf::scoped_actor caller{w.system(), true};
  auto changed = caller->request(topology_db, caf::infinite, add_item{"g", {1, 2}, 80});
  while (!caller->has_next_message()) REQUIRE(w.step());
  CHECK_FALSE(merger->has_next_message());
  CHECK(served(w, 1, "g") == 1);
  w.run();
  changed.receive(
      [](const timed_item& claim) {
        CHECK(claim.item.range == key_range{1, 2});
      },
      [](const caf::error& why) { FAIL(caf::to_string(why)); });
  merged.receive([](done) {}, [](const caf::error& why) { FAIL(caf::to_string(why)); });
  CHECK(find_group(*node_access::context(w[1]).topologies.read(), "g")->all().size() == 10'001);
}
