#include <cstdint>
#include <memory>

#include <caf/scoped_actor.hpp>
#include <doctest/doctest.h>

#include "actors/node_access.hpp"
#include "actors/node_context.hpp"
#include "actors/topology/topology.hpp"
#include "actors/topology_db_messages.hpp"
#include "tests/node/world.hpp"

using namespace scalesmall;
using names::nth;

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
