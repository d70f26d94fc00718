#include "actors/events/update_queue.hpp"

#include <doctest/doctest.h>

#include "actors/topology/topology_table.hpp"
#include "tests/actors/names.hpp"

using namespace scalesmall;
using names::nth;

namespace {

const auto me = nth(1);

/// A node and a queue that observes each of its states.
struct history {
  explicit history(std::optional<std::string> group)
      : table(topology{.self = me, .incarnation = 1000}), queue(std::move(group)) {
    show();
  }

  void show() { queue.observe(std::make_shared<const topology>(table.state())); }
  void join(const std::string& group) {
    REQUIRE(table.join(group));
    show();
  }
  void serve(const std::string& group, std::uint32_t key) {
    REQUIRE(table.add_item(group, {key, key}, 80));
    show();
  }
  void stop_serving(const std::string& group, std::uint32_t key) {
    REQUIRE(table.remove_item(group, {key, key}, 80));
    show();
  }

  topology_table table;
  update_queue queue;
};

group_event joined(std::uint32_t counter) { return member_joined{me, {1000, counter}}; }
group_event added(std::uint32_t key, std::uint32_t counter) {
  return range_added{{me, {key, key}, 80}, {1000, counter}};
}
group_event removed(std::uint32_t key, std::uint32_t counter) {
  return range_removed{{me, {key, key}, 80}, {1000, counter}};
}

}  // namespace

TEST_CASE("the first update is a snapshot, even of an unknown group; then follows each change") {
  history h{"g"};
  CHECK(h.queue.next() == group_update{"g", true, {}});
  CHECK(!h.queue.next());
  h.join("g");
  h.join("other");
  h.serve("g", 7);
  const auto first = (*h.table.state().groups.at("g")->all().begin())->claims.front().at.counter;
  CHECK(h.queue.next() == group_update{"g", false, {joined(first)}});
  CHECK(h.queue.next() == group_update{"g", false, {added(7, first + 1)}});
  CHECK(!h.queue.next());
}

TEST_CASE("a snapshot holds all earlier changes") {
  history h{"g"};
  h.join("g");
  h.serve("g", 7);
  const auto snapshot = h.queue.next();
  REQUIRE(snapshot);
  CHECK(snapshot->snapshot);
  CHECK(snapshot->events.size() == 2);
  CHECK(!h.queue.next());
}

TEST_CASE("a range that is added and removed before next() gives both events, in order") {
  history h{"g"};
  h.join("g");
  CHECK(h.queue.next()->snapshot);
  h.serve("g", 7);
  h.stop_serving("g", 7);
  const auto first = std::get<range_added>(h.queue.next()->events.at(0)).at.counter;
  CHECK(h.queue.next() == group_update{"g", false, {removed(7, first + 1)}});
  CHECK(!h.queue.next());
}

TEST_CASE("a subscriber of all groups gets a snapshot of each, also of new ones") {
  history h{std::nullopt};
  h.join("b");
  h.join("a");
  const auto a = h.queue.next();
  const auto b = h.queue.next();
  REQUIRE(a);
  REQUIRE(b);
  CHECK(a->group == "a");
  CHECK(b->group == "b");
  CHECK(a->snapshot);
  CHECK(b->snapshot);
  CHECK(!h.queue.next());
  h.join("c");
  const auto c = h.queue.next();
  REQUIRE(c);
  CHECK(c->group == "c");
  CHECK(c->snapshot);
  CHECK(c->events.size() == 1);
}

TEST_CASE("a subscriber that is too slow gets a snapshot, and then changes again") {
  history h{std::nullopt};
  h.join("g");
  h.join("idle");
  CHECK(h.queue.next());
  CHECK(h.queue.next());
  for (std::size_t i = 0; i <= update_queue::events_max / 2; ++i) {
    h.serve("g", 7);
    h.stop_serving("g", 7);
  }
  h.serve("g", 8);
  const auto g = h.queue.next();
  REQUIRE(g);
  CHECK(g->group == "g");
  CHECK(g->snapshot);
  CHECK(g->events.size() == 2);
  const auto idle = h.queue.next();
  REQUIRE(idle);
  CHECK(idle->snapshot);
  CHECK(idle->events.size() == 1);
  CHECK(!h.queue.next());
  h.serve("g", 9);
  const auto change = h.queue.next();
  REQUIRE(change);
  CHECK(!change->snapshot);
  CHECK(change->events.size() == 1);
}

TEST_CASE("the members of a dropped group leave it") {
  topology known{.self = me};
  auto rows = std::make_shared<group_state>();
  rows->put({nth(2), {5, 0}, {}, {names::get(nth(2), {5, 0})}});
  known.groups["g"] = rows;
  update_queue queue{std::nullopt};
  queue.observe(std::make_shared<const topology>(known));
  CHECK(queue.next()->events.size() == 1);
  queue.observe(std::make_shared<const topology>(topology{.self = me}));
  CHECK(queue.next() == group_update{"g", false, {member_left{nth(2), {5, 0}}}});
  CHECK(!queue.next());
}
