#include <doctest/doctest.h>

#include "tests/node/world.hpp"

using namespace scalesmall;
using namespace std::chrono_literals;
using names::nodes;
using names::nth;

namespace {

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
