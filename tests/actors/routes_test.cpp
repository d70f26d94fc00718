#include <atomic>
#include <scalesmall/routes.hpp>
#include <thread>

#include <doctest/doctest.h>

#include "actors/routing/inclusions.hpp"
#include "actors/topology/topology_table.hpp"
#include "tests/actors/names.hpp"
#include "tests/messages/allocations.hpp"

using namespace scalesmall;
using names::nth;

namespace {

const auto me = nth(1);

/// A topology table and its published state.
struct published {
  topology_table decides{topology{.self = me, .incarnation = 1000}};
  supervision::table<topology> table{decides.state()};
  supervision::table_writer<topology> writer{table};

  void publish() { writer.publish(std::make_shared<const topology>(decides.state())); }
  void serve(key_range range, std::uint16_t port) {
    REQUIRE(decides.add_item("g", range, port));
    publish();
  }
};

}  // namespace

TEST_CASE("routes follow the topology") {
  published node;
  routes g{node.table, "g"};
  CHECK(g.owners(7).empty());
  node.serve({0, 9}, 80);
  REQUIRE(g.owners(7).size() == 1);
  CHECK(g.owners(7).front() == range_owner{me, {0, 9}, 80});
  CHECK(g.owners(10).empty());
  node.serve({0, 9}, 81);
  CHECK(g.owners(7).front().port == 81);
  node.serve(whole_range, 82);
  CHECK(g.owners("any text").front().port == 82);
  REQUIRE(node.decides.leave("g"));
  node.publish();
  CHECK(g.owners(7).empty());
  CHECK(routes{node.table, "unknown"}.owners(7).empty());
}

TEST_CASE("routes over several groups follow each of them, and what they include") {
  published node;
  routes both{node.table, std::vector<std::string>{"g", "h"}};
  node.serve({0, 9}, 80);
  REQUIRE(node.decides.add_item("h", {5, 19}, 81));
  node.publish();
  CHECK(both.owners(7).size() == 2);
  REQUIRE(node.decides.add_item("k", {7, 7}, 82));
  REQUIRE(node.decides.join(inclusion_group("h", "k"), whole_range));
  node.publish();
  CHECK(both.owners(7).size() == 3);
  REQUIRE(node.decides.add_item("else", {0, 9}, 83));
  node.publish();
  CHECK(both.owners(7).size() == 3);
  REQUIRE(node.decides.leave(inclusion_group("h", "k")));
  node.publish();
  CHECK(both.owners(7).size() == 2);
  REQUIRE(node.decides.leave("g"));
  node.publish();
  CHECK(both.owners(7).front().port == 81);
}

TEST_CASE("routes allocate only after a change of the topology") {
  published node;
  node.serve({0, 9}, 80);
  routes g{node.table, "g"};
  const auto before = allocated_bytes();
  std::size_t found = 0;
  for (std::uint32_t key = 0; key < 1000; ++key) found += g.owners(key).size();
  CHECK(found == 10);
  CHECK(allocated_bytes() == before);
}

TEST_CASE("many threads can read the newest routes while the topology changes") {
  published node;
  constexpr std::uint16_t changes = 300;
  node.serve({0, 9}, 1);
  std::atomic<int> wrong{0};
  std::vector<std::jthread> readers;
  for (int i = 0; i < 3; ++i) {
    readers.emplace_back([&wrong, g = routes{node.table, "g"}]() mutable {
      for (std::uint16_t seen = 1; seen < changes;) {
        const auto found = g.owners(5);
        const auto port = found.size() == 1 ? found.front().port : std::uint16_t{0};
        wrong += port < seen;
        seen = std::max(seen, port);
      }
    });
  }
  for (std::uint16_t port = 2; port <= changes; ++port) node.serve({0, 9}, port);
  readers.clear();
  CHECK(wrong == 0);
}
