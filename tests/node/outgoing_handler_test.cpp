#include <cstdint>
#include <memory>
#include <utility>
#include <variant>
#include <vector>

#include <doctest/doctest.h>

#include "tests/node/world.hpp"

using namespace scalesmall;
using namespace std::chrono_literals;
using names::nth;

TEST_CASE("a peer that takes nothing holds up nobody, and what waits for it is bounded") {
  world w;
  w.start(1);
  w.start(2, {nth(1)});
  // It accepts connections and never reads.
  const auto net = w.wire.host(nth(9));
  const auto listening = net->listen(nth(9));
  REQUIRE(listening);
  std::vector<std::shared_ptr<stream_port>> taken;
  (*listening)->own([&](port_event event) {
    if (auto* in = std::get_if<port_accepted>(&event)) taken.push_back(std::move(in->stream));
  });
  (*listening)->grant(100);
  REQUIRE(w.call(1, join_group{"g", {nth(9)}}));
  w.run();
  REQUIRE(w.join(2, "g"));
  for (std::uint32_t i = 0; i < 2000; ++i) {
    REQUIRE(w.add(1, "g", {i, i}));
    if (i % 100 == 99) w.advance(3ms);
  }
  CHECK(!taken.empty());
  w.advance(
      5s, 10ms);  // it may have been the relay of the last change; then the next exchange brings it
  CHECK(w[2].topology("g", op::add).size() == 2000);
  CHECK(w.agree({1, 2}, "g"));
}
