#include <atomic>
#include <chrono>
#include <memory>
#include <scalesmall/supervision/table.hpp>
#include <stdexcept>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

#include "tests/support/await.hpp"

using namespace scalesmall::supervision;
using namespace std::chrono_literals;

TEST_CASE("a table has a snapshot from the beginning and a version for each change") {
  const table<std::vector<int>> t{{1, 2}};
  CHECK(*t.read() == std::vector{1, 2});
  CHECK(t.version() == 0);
  table_writer<std::vector<int>> w{t};
  const auto old = t.read();
  w.update([](auto& v) { v.push_back(3); });
  CHECK(*t.read() == std::vector{1, 2, 3});
  CHECK(*old == std::vector{1, 2});
  CHECK(t.version() == 1);
  CHECK_THROWS_AS(w.publish(nullptr), std::invalid_argument);
}

TEST_CASE("a change that throws half-way leaves the old snapshot intact") {
  const table<std::vector<int>> t{{1, 2}};
  table_writer<std::vector<int>> w{t};
  CHECK_THROWS_WITH(w.update([](auto& v) {
    v.clear();
    throw std::runtime_error("half-way");
  }),
                    "half-way");
  CHECK(*t.read() == std::vector{1, 2});
  CHECK(t.version() == 0);
}

TEST_CASE("a new writer continues from the last snapshot; the previous writer is refused") {
  const table<int> t{1};
  table_writer<int> before{t};
  before.update([](int& x) { x = 2; });
  table_writer<int> after{t};
  CHECK(*after.read() == 2);
  CHECK_THROWS_AS(before.publish(std::make_shared<const int>(99)), stale_writer);
  CHECK(*t.read() == 2);
  after.update([](int& x) { x = 3; });
  CHECK(*t.read() == 3);
}

TEST_CASE("old snapshots are released with their last reader") {
  const table<std::shared_ptr<int>> t{std::make_shared<int>(1)};
  table_writer<std::shared_ptr<int>> w{t};
  const std::weak_ptr<int> first = *t.read();
  auto held = t.read();
  w.update([](auto& p) { p = std::make_shared<int>(2); });
  CHECK_FALSE(first.expired());
  held.reset();
  CHECK(first.expired());
}

TEST_CASE("a thread waits for a change, at most for its time limit") {
  const table<int> t{0};
  CHECK(t.wait_for_change(0, 1ms) == 0);
  table_writer<int> w{t};
  std::thread writer{[&] { w.update([](int& x) { x = 1; }); }};
  CHECK(t.wait_for_change(0, 30s) == 1);
  writer.join();
  CHECK(*t.read() == 1);
}

TEST_CASE("readers on other threads see complete snapshots in order") {
  struct pair {
    long a = 0;
    long b = 0;
  };
  const table<pair> t;
  constexpr long changes = 20'000;
  std::atomic<bool> broken{false};
  std::vector<std::thread> readers;
  for (int i = 0; i < 3; ++i) {
    readers.emplace_back([&] {
      long last = 0;
      const auto end = std::chrono::steady_clock::now() + scalesmall::await_limit;
      while (last < changes) {
        if (std::chrono::steady_clock::now() > end) broken = true;
        const auto version = t.version();
        const auto p = t.read();
        if (p->a != p->b || p->a < last || p->a < static_cast<long>(version)) broken = true;
        if (broken) return;
        last = p->a;
      }
    });
  }
  table_writer<pair> w{t};
  for (long i = 1; i <= changes; ++i) w.publish(std::make_shared<const pair>(pair{i, i}));
  for (auto& r : readers) r.join();
  CHECK_FALSE(broken);
}
