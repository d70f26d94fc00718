#include "actors/arrival_guard.hpp"

#include <stdexcept>

#include "actors/node_access.hpp"
#include "tests/node/stranger.hpp"

using namespace scalesmall;
using namespace std::chrono_literals;
using names::nth;

// Each of these steps ends its actor if nobody guards it: then `restarts` is not 0.
TEST_CASE("an actor that throws because of an arrival closes its connection and lives on") {
  world w;
  w.start(1);
  w.start(2, {nth(1)});
  REQUIRE(w.join(1, "g"));
  REQUIRE(serves(w));
  gossip said{{nth(9), 5}, {}, {}, {nth(2)}, {}, {}};
  auto step = arrival_step::merge;
  const auto rows = [&] {
    said.messages = {{"h", {{nth(9), {1'000, 1}}}, {names::get(nth(9), {1'000, 1})}}};
  };
  SUBCASE("the merge") { rows(); }
  SUBCASE("the receiver") {
    rows();
    step = arrival_step::decide;
  }
  SUBCASE("the peer_db") {
    rows();
    step = arrival_step::note;
  }
  SUBCASE("the broadcaster, when it passes something on") {
    rows();
    step = arrival_step::send;
  }
  SUBCASE("the broadcaster, when it answers") {
    said.distribution_list.clear();
    said.summary = digest{exchange::request, {}, true};
    step = arrival_step::send;
  }
  SUBCASE("the messenger") {
    said.application = application_batch{said.current_id, "g", "t", {1}, {'x'}};
    step = arrival_step::deliver;
  }

  stranger x{w};
  std::uint64_t thrown = 0;
  *node_access::context(w[1]).door = [&](arrival_step at) {
    if (at != step) return;
    ++thrown;
    throw std::runtime_error{"a fault"};
  };
  x.say(frame_with(said));
  w.run();
  *node_access::context(w[1]).door = nullptr;
  CHECK(thrown > 0);
  CHECK(w[1].counts().arrivals_failed == thrown);
  CHECK(x.gone);
  const bool told = step == arrival_step::note || step == arrival_step::send;
  if (!told) CHECK(x.acknowledged.empty());
  CHECK(all_live(w[1]));
  CHECK(serves(w));

  stranger again{w};
  again.say(frame_with(said));
  w.advance(1s);
  CHECK_FALSE(again.gone);
  CHECK(w[1].counts().arrivals_failed == thrown);
  if (!said.summary) CHECK(again.acknowledged.size() == 1);
  CHECK(all_live(w[1]));
  CHECK(serves(w));
}

TEST_CASE("a message of this node's programs outlives a messenger that fails at an arrival") {
  world w;
  w.start(1);
  w.start(2, {nth(1)});
  REQUIRE(w.join(1, "g"));
  REQUIRE(w.join(2, "g"));
  w.advance(1s);
  std::size_t heard = 0;
  w.on_message(2, "t", [&](const application_message&) { ++heard; });
  w.wire.cut(nth(1), nth(2));
  REQUIRE(w[1].broadcast("g", "t", bytes{'x'}));
  w.run();
  CHECK(heard == 0);
  stranger x{w};
  *node_access::context(w[1]).door = [](arrival_step at) {
    if (at == arrival_step::deliver) throw std::runtime_error{"a fault"};
  };
  gossip said{{nth(9), 5}, {}, {}, {}, {}, {}};
  said.application = application_batch{said.current_id, "g", "t", {1}, {'y'}};
  x.say(frame_with(said));
  w.run();
  *node_access::context(w[1]).door = nullptr;
  CHECK(w[1].counts().arrivals_failed == 1);
  w.wire.heal();
  w.advance(10s, 10ms);
  CHECK(heard > 0);
  CHECK(w[1].counts().messages_undelivered == 0);
  CHECK(all_live(w[1]));
}
