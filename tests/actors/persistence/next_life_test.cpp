#include "actors/persistence/next_life.hpp"

#include <doctest/doctest.h>

#include "actors/peers/peer_table.hpp"
#include "actors/topology/topology.hpp"
#include "tests/actors/names.hpp"

using namespace scalesmall;
using namespace std::chrono_literals;
using names::nodes;
using names::nth;

TEST_CASE("a node leaves what it knows to its next life") {
  const auto key = [](char digit) { return parse_key(std::string(63, '0') + digit); };
  const auto keys = std::make_shared<key_store>(key_ring{{key('1'), key('2')}});
  REQUIRE(keys->use(key('2')->fingerprint()));
  const next_life life{nth(1), "blue", keys, [] { return 1'800'000'000'999ms; }};
  CHECK(life.now() == 1'800'000'000s);
  const std::vector prints{key('2')->fingerprint(), key('1')->fingerprint()};

  topology known;
  known.incarnation = 7;
  auto left = life.of(known);
  CHECK(left.node == nth(1));
  CHECK(left.cluster == "blue");
  CHECK(left.keys == prints);
  CHECK(left.incarnation == 7);
  CHECK(left.written == 1'800'000'000s);
  CHECK(left.kept.empty());
  known.kept = std::make_shared<const kept_claims>(kept_claims{{"g", {}}});
  left = life.of(known);
  CHECK(left.kept == *known.kept);
  CHECK(left.machine == life.identity().machine);

  const peers_state peers = life.of(peer_memory{nodes({1, 2, 3}), nodes({2}), {}});
  CHECK(peers == peers_state{"blue", 1'800'000'000s, nodes({2}), nodes({1, 3})});
}
