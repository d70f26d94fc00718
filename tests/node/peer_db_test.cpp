#include <doctest/doctest.h>

#include "tests/node/world.hpp"

using namespace scalesmall;
using namespace std::chrono_literals;
using names::nodes;
using names::nth;

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
