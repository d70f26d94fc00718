// Many claims of this node in one call.

#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "messages/limits.hpp"
#include "tests/actors/tables.hpp"

using namespace scalesmall;
using namespace scalesmall::names;

TEST_CASE("add_items joins the group, gives all claims one stamp and announces them together") {
  auto t = table_of(1);
  const auto made = t.add_items("g", {{{10, 19}, 81}, {{0, 9}, 80}});
  REQUIRE(made);
  CHECK(made->claims ==
        std::vector{add(nth(1), {life, 2}, {0, 9}, 80), add(nth(1), {life, 2}, {10, 19}, 81)});
  CHECK(known(t) == std::vector{made->claims[0], get(nth(1), {life, 1}), made->claims[1]});
  const auto told = row_message(t.state(), made->told);
  CHECK(told.items.size() == 3);
}

TEST_CASE("add_items leaves other claims and those that stand already as they are") {
  auto t = table_of(1);
  (void)t.add_item("g", {0, 9}, 80);
  (void)t.add_item("g", {20, 29}, 80);
  const auto made = t.add_items("g", {{{0, 9}, 80}, {{10, 19}, 80}});
  REQUIRE(made);
  CHECK(made->claims ==
        std::vector{add(nth(1), {life, 2}, {0, 9}), add(nth(1), {life, 4}, {10, 19})});
  CHECK(known(t).size() == 4);
  const auto told = row_message(t.state(), made->told);
  CHECK(told.items == timed_set{made->claims[1]});
  CHECK(told.since == world_clock{{nth(1), {life, 3}}});

  const auto again = t.add_items("g", {{{0, 9}, 80}, {{10, 19}, 80}});
  REQUIRE(again);
  CHECK(again->claims == made->claims);
}

TEST_CASE("set_items makes the claims exactly these") {
  auto t = table_of(1);
  (void)t.join("g");
  (void)t.join("g", {0, 9});
  (void)t.add_items("g", {{{0, 9}, 80}, {{10, 19}, 80}, {{20, 29}, 80}});  // clock 3
  const auto made = t.set_items("g", {{{20, 29}, 80}, {{30, 39}, 81}});
  REQUIRE(made);
  CHECK(made->claims ==
        std::vector{add(nth(1), {life, 3}, {20, 29}), add(nth(1), {life, 4}, {30, 39}, 81)});
  CHECK(known(t) == std::vector{get(nth(1), {life, 4}, {0, 9}),    // joined with exactly that range
                                get(nth(1), {life, 1}),            //
                                rmv(nth(1), {life, 4}, {10, 19}),  //
                                made->claims[0], made->claims[1]});
  CHECK(row_message(t.state(), made->told).items.size() == 3);
}

TEST_CASE("set_items without ranges takes back all that is served, and the node stays a member") {
  auto t = table_of(1);
  (void)t.add_items("g", {{{0, 9}, 80}, {{10, 19}, 80}});
  const auto made = t.set_items("g", {});
  REQUIRE(made);
  CHECK(made->claims.empty());
  CHECK(items(t.state(), "g", op::add).empty());
  CHECK(my_groups(t.state()) == std::vector<std::string>{"g"});
  // A second call changes nothing.
  const auto now = known(t);
  CHECK(t.set_items("g", {}));
  CHECK(known(t) == now);
}

TEST_CASE("another node that hears one announcement of many claims agrees") {
  auto t = table_of(1);
  auto other = table_of(2);
  (void)apply(other,
              row_message(t.state(), t.add_items("g", {{{0, 9}, 80}, {{10, 19}, 80}})->told));
  CHECK(known(other) == known(t));
  (void)apply(other, row_message(t.state(), t.set_items("g", {{{10, 19}, 81}})->told));
  CHECK(known(other) == known(t));
}

TEST_CASE("calls with many ranges are refused as a whole") {
  auto t = table_of(1);
  CHECK(t.add_items("g", {}).error() == call_error::invalid_argument);
  CHECK(t.add_items("", {{{0, 9}, 80}}).error() == call_error::invalid_argument);
  CHECK(t.add_items("g", {{{0, 9}, 80}, {{2, 1}, 80}}).error() == call_error::invalid_argument);
  CHECK(t.add_items("g", {{{0, 9}, 80}, {{10, 19}, 0}}).error() == call_error::invalid_argument);
  CHECK(t.set_items("g", {{{0, 9}, 80}, {{0, 9}, 81}}).error() == call_error::invalid_argument);
  std::vector<served_range> many;
  for (std::uint32_t i = 0; i < limits::row_items_max; ++i) many.push_back({{i, i}, 80});
  CHECK(t.add_items("g", many).error() == call_error::limit_exceeded);
  CHECK(my_groups(t.state()).empty());
  CHECK(known(t).empty());
  many.pop_back();
  CHECK(t.add_items("g", many));
}
