#include <atomic>
#include <scalesmall/subscription.hpp>
#include <stdexcept>
#include <utility>
#include <variant>

#include <doctest/doctest.h>

#include "tests/node/loopback.hpp"
#include "tests/support/await.hpp"

using namespace scalesmall;

TEST_CASE("a function gets the updates of a group until its subscription ends") {
  loopback hosts;
  auto& n = hosts.start();

  countdown served;
  std::atomic<int> calls{0};
  auto told = n.subscribe("g", [&](const group_update& x) {
    ++calls;
    for (const auto& event : x.events) {
      if (std::holds_alternative<range_added>(event)) served.count_down();
    }
    throw std::runtime_error{"a subscriber's own trouble"};
  });
  REQUIRE(told);
  REQUIRE(n.add_item("g", {0, 9}, 80));
  served.await("the range that is served");
  auto moved = std::move(*told);
  moved.end();
  const int calls_then = calls;
  REQUIRE(n.add_item("g", {10, 19}, 80));
  CHECK(calls == calls_then);
  CHECK(n.subscribe("", [](const group_update&) {}).error() == call_error::invalid_argument);

  SUBCASE("and may end the subscription itself") {
    countdown called;
    subscription own;
    countdown made;
    auto again = n.subscribe("g", [&](const group_update&) {
      if (!made.reached()) return;
      own.end();
      called.count_down();
    });
    REQUIRE(again);
    own = std::move(*again);
    made.count_down();
    called.await("the call that ends its subscription");
  }
  SUBCASE("and the node may stop before the subscription ends") {
    auto still = n.subscribe("g", [](const group_update&) {});
    REQUIRE(still);
    n.stop();
    still->end();
  }
}
