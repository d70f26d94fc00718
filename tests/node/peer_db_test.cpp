#include <optional>

#include <caf/send.hpp>
#include <doctest/doctest.h>

#include "actors/node_access.hpp"
#include "actors/node_context.hpp"
#include "actors/peer_db_messages.hpp"
#include "tests/node/world.hpp"

using namespace scalesmall;
using namespace std::chrono_literals;
using names::nodes;
using names::nth;

namespace {

/// What a node says to a program that waits for it to be ready.
struct heard_of_ready {
  void wait(node& host, const std::string& group = "g", std::chrono::milliseconds limit = 30s) {
    host.ready(
        group, [this](const result<done, call_error>& x) { answer = x; }, limit);
  }

  std::optional<result<done, call_error>> answer;
};

}  // namespace

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

TEST_CASE("other seeds may be used while a node runs, and outlive the actor in charge") {
  world w;
  w.wire.set_name("old.example", {nth(9).address});
  w.wire.set_name("seed.example", {nth(3).address});
  node_config config;
  config.peers = nodes({8});
  config.named_peers = {{"old.example", nth(9).port}};
  for (const std::uint8_t n : {1, 3}) w.start(n);
  w.start_with(2, config);
  REQUIRE(w.join(2, "g"));
  w.advance(1s);
  CHECK(w[2].peers() == nodes({8, 9}));
  caf::anon_send(node_access::context(w[2]).peer_db,
                 use_seeds{{nodes({1}), {{"seed.example", nth(3).port}}}});
  w.advance(1s);
  CHECK(w[1].members("g") == nodes({2}));
  CHECK(w[3].members("g") == nodes({2}));
  CHECK(w[2].peers() == nodes({1, 3}));

  w.start(4);
  REQUIRE(w.crash(2, "group_manager/chatter/peer_db"));
  w.wire.set_name("seed.example", {nth(3).address, nth(4).address});
  w.advance(3s);
  CHECK(w[4].members("g") == nodes({2}));
  CHECK(w[2].peers() == nodes({1, 3, 4}));
}

TEST_CASE("a node is ready when it has heard of all that its seeds know") {
  world w;
  const auto start_seed = [&](std::uint8_t n) {
    w.start(n);
    REQUIRE(w.add_item(n, "g", {n, n}));
  };
  start_seed(1);
  w.start(3, nodes({1, 2}));
  REQUIRE(w.join(3, "g"));
  heard_of_ready mine;
  mine.wait(w[3]);
  w.advance(500ms);
  CHECK(served(w, 3, "g") == 1);
  CHECK_FALSE(mine.answer);
  start_seed(2);
  w.advance(1s);  // less than the patience with a seed that does not answer
  REQUIRE(mine.answer);
  CHECK(mine.answer->has_value());
  CHECK(served(w, 3, "g") == 2);
}

TEST_CASE("after two seconds a node does not wait for a seed that does not answer") {
  world w;
  w.start(1);
  REQUIRE(w.add_item(1, "g", {1, 1}));
  w.start(3, nodes({1, 2}));
  REQUIRE(w.join(3, "g"));
  heard_of_ready mine;
  mine.wait(w[3]);
  w.advance(1900ms);
  CHECK_FALSE(mine.answer);
  w.advance(200ms);
  REQUIRE(mine.answer);
  CHECK(mine.answer->has_value());
  CHECK(served(w, 3, "g") == 1);
}

TEST_CASE("a node whose seeds agree with it, or know nothing of the group, is ready in no time") {
  world w;
  w.start(1);
  w.start(2, nodes({1}));
  REQUIRE(w.join(1, "g"));
  w.advance(2s);
  heard_of_ready known;
  heard_of_ready unknown;
  known.wait(w[2]);
  unknown.wait(w[2], "h");
  w.advance(10ms);
  REQUIRE(known.answer);
  CHECK(known.answer->has_value());
  REQUIRE(unknown.answer);
  CHECK(unknown.answer->has_value());
  CHECK(w[2].groups() == std::vector<std::string>{"g"});
}

TEST_CASE("a node with a part of the keys is ready when it knows that part") {
  world w;
  w.start(1);
  REQUIRE(w.add_item(1, "g", {0, 9}));
  REQUIRE(w.add_item(1, "g", {50, 59}));
  w.start(2, nodes({1}));
  REQUIRE(w.join(2, "g", {}, {0, 9}));
  heard_of_ready mine;
  mine.wait(w[2]);
  w.advance(10ms);
  REQUIRE(mine.answer);
  CHECK(mine.answer->has_value());
  CHECK(w[2].owners("g", 5).size() == 1);
}

TEST_CASE(
    "a node is not ready if no seed answers in time, if it stops or if no group is named so") {
  world w;
  w.start(2, nodes({1}));
  REQUIRE(w.join(2, "g"));
  heard_of_ready late;
  late.wait(w[2], "g", 5s);
  w.advance(4900ms);
  CHECK_FALSE(late.answer);
  w.advance(200ms);
  REQUIRE(late.answer);
  CHECK(late.answer->error() == call_error::timeout);
  heard_of_ready wrong;
  wrong.wait(w[2], "");
  w.advance(1ms);
  REQUIRE(wrong.answer);
  CHECK(wrong.answer->error() == call_error::invalid_argument);
  heard_of_ready ended;
  ended.wait(w[2]);
  w.advance(1ms);
  CHECK_FALSE(ended.answer);
  w.kill(2);
  w.advance(1ms);
  REQUIRE(ended.answer);
  CHECK(ended.answer->error() == call_error::unavailable);
}

TEST_CASE("a wait for readiness survives the actor in charge") {
  world w;
  w.start(2, nodes({1}));
  REQUIRE(w.join(2, "g"));
  heard_of_ready mine;
  mine.wait(w[2]);
  w.advance(500ms);
  REQUIRE(w.crash(2, "group_manager/chatter/peer_db"));
  w.advance(500ms);
  CHECK_FALSE(mine.answer);
  w.start(1);
  w.advance(3s);
  REQUIRE(mine.answer);
  CHECK(mine.answer->has_value());
}
