#include "actors/inbound/memory_budget.hpp"

#include <atomic>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

using namespace scalesmall;

namespace {

/// Asks for reservations, and notes the names of those granted later.
struct asker {
  memory_budget& room;
  std::vector<int> told{};

  memory_budget::reservation_ptr ask(std::size_t bytes, int name) {
    return room.ask(bytes, [this, name] { told.push_back(name); });
  }
};

}  // namespace

TEST_CASE("reservations are granted until the budget is used up, and again when one is given up") {
  memory_budget room{10};
  asker x{room};
  auto a = x.ask(6, 1);
  auto b = x.ask(4, 2);
  auto c = x.ask(1, 3);
  CHECK(a->granted());
  CHECK(b->granted());
  CHECK_FALSE(c->granted());
  CHECK(a->is_in_demand());
  b.reset();
  CHECK(c->granted());
  CHECK_FALSE(a->is_in_demand());
  CHECK(x.told == std::vector{3});
}

TEST_CASE("the smallest reservation is granted first, then the oldest") {
  memory_budget room{10};
  asker x{room};
  auto full = x.ask(10, 0);
  auto large = x.ask(9, 1);
  auto small = x.ask(3, 2);
  auto also_small = x.ask(3, 3);
  full.reset();
  CHECK(x.told == std::vector{2, 3});
  CHECK_FALSE(large->granted());
  CHECK(x.ask(4, 4)->granted());  // does not wait for the larger one
  small.reset();
  also_small.reset();
  CHECK(x.told == std::vector{2, 3, 1});
}

TEST_CASE("a reservation that is given up while it waits is never granted") {
  memory_budget room{10};
  asker x{room};
  auto full = x.ask(10, 0);
  auto waiting = x.ask(5, 1);
  waiting.reset();
  full.reset();
  CHECK(x.told.empty());
  CHECK(x.ask(10, 2)->granted());
}

TEST_CASE("take() never waits") {
  memory_budget room{10};
  auto some = room.take(8);
  REQUIRE(some);
  CHECK(room.take(3) == nullptr);
  CHECK_FALSE(some->is_in_demand());
  CHECK(room.take(2) != nullptr);
}

TEST_CASE("a reservation may outlive the budget") {
  auto room = std::make_unique<memory_budget>(10);
  const auto a = room->ask(10, [] {});
  auto b = room->ask(10, [] {});
  room.reset();
  b.reset();
  CHECK(a->granted());
}

TEST_CASE("threads never hold more than the budget together") {
  memory_budget room{100};
  std::atomic<std::size_t> held{0};
  std::atomic<bool> over{false};
  std::vector<std::thread> threads;
  for (std::size_t t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (std::size_t i = 0; i < 5'000; ++i) {
        const auto bytes = 1 + (i * 31 + t * 17) % 60;
        auto reservation = room.ask(bytes, [] {});
        if (!reservation->granted()) continue;
        if ((held += bytes) > 100) over = true;
        held -= bytes;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  CHECK_FALSE(over);
  CHECK(room.take(100) != nullptr);
}
