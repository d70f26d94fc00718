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

TEST_CASE("a peer that never reads does not hold up others, and its queue is bounded") {
  world w;
  w.start(1);
  w.start(2, {nth(1)});
  // This peer accepts connections and never reads.
  const auto net = w.wire.host(nth(9));
  const auto listening = net->listen(nth(9));
  REQUIRE(listening);
  std::vector<std::shared_ptr<stream_port>> taken;
  (*listening)->own([&](port_event event) {
    if (auto* in = std::get_if<port_accepted>(&event)) taken.push_back(std::move(in->stream));
  });
  (*listening)->grant(100);
  REQUIRE(w.join(1, "g", {nth(9)}));
  w.run();
  REQUIRE(w.join(2, "g"));
  for (std::uint32_t i = 0; i < 2000; ++i) {
    REQUIRE(w.add_item(1, "g", {i, i}));
    if (i % 100 == 99) w.advance(3ms);
  }
  CHECK(!taken.empty());
  // The peer may have been the relay of the last change. Then the next exchange brings it.
  w.advance(5s, 10ms);
  CHECK(w[2].topology("g", op::add).size() == 2000);
  CHECK(w.agree({1, 2}, "g"));
}
