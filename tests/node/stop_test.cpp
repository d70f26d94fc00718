#include <atomic>
#include <cstdint>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

#include "tests/node/await_group.hpp"
#include "tests/node/loopback.hpp"

using namespace scalesmall;

TEST_CASE("a node can stop while threads read, change, subscribe and send") {
  loopback hosts;
  auto& n = hosts.start();
  auto& other = hosts.start({n.id()});
  countdown handled{10};
  const auto handle = [&](const application_message&) { handled.count_down(); };
  auto here = n.on_message("t", handle);
  auto there = other.on_message("t", handle);
  REQUIRE(here);
  REQUIRE(there);
  REQUIRE(n.join("g"));
  REQUIRE(other.join("g", {n.id()}));
  await_members(n, "g", 2);
  await_members(other, "g", 2);

  countdown busy{5};
  std::atomic<bool> stopped{false};
  const auto until_stopped = [&](auto step) {
    return std::jthread{[&, step]() mutable {
      for (std::uint32_t i = 0; !stopped; ++i) {
        step(i);
        if (i == 10) busy.count_down();
      }
    }};
  };
  std::atomic<call_error> last{};
  std::vector<std::jthread> threads;
  threads.push_back(until_stopped([&](std::uint32_t i) {
    if (const auto added = n.add_item("g", {i, i}, 80); !added) last = added.error();
  }));
  threads.push_back(until_stopped([&](std::uint32_t) {
    const auto told = n.subscribe("g", [&](const group_update&) { (void)n.owners("g", 0); });
    if (!told) CHECK(told.error() == call_error::unavailable);
  }));
  threads.push_back(until_stopped([&, route = n.routes("g")](std::uint32_t i) mutable {
    (void)route.owners(i).size();
    (void)n.coverage("g");
  }));
  threads.push_back(until_stopped([&](std::uint32_t) {
    const auto sent = n.broadcast("g", "t", bytes(100));
    if (!sent) CHECK(sent.error() == call_error::unavailable);
  }));
  threads.push_back(until_stopped(
      [&](std::uint32_t) { CHECK(other.broadcast("g", "t", bytes(100), std::vector{n.id()})); }));
  const auto told = n.subscribe({}, [](const group_update&) {});
  REQUIRE(told);
  busy.await("threads at work");
  handled.await("messages");
  n.stop();
  CHECK(n.add_item("g", {0, 9}, 80).error() == call_error::unavailable);
  stopped = true;
  threads.clear();
  CHECK(n.broadcast("g", "t", {}).error() == call_error::unavailable);
  CHECK(n.owners("g", 5).size() == 1);  // the last topology can still be read
}
