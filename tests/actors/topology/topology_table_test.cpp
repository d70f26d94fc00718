#include "actors/topology/topology_table.hpp"

#include <doctest/doctest.h>

#include "messages/limits.hpp"
#include "tests/actors/tables.hpp"

using namespace scalesmall;
using namespace scalesmall::names;

TEST_CASE("join, add and leave as in the original program") {
  auto t = table_of(1);
  const auto joined = t.join("Group1");
  REQUIRE(joined);
  CHECK(joined->claim == get(nth(1), {life, 1}));
  const auto added = t.add_item("Group1", {0xf, 0xff}, 11223);
  REQUIRE(added);
  CHECK(added->claim == add(nth(1), {life, 2}, {15, 255}, 11223));
  const auto told = row_message(t.state(), added->told);
  CHECK(told.items == timed_set{added->claim});
  CHECK(told.since == world_clock{{nth(1), {life, 1}}});
  CHECK(members(t.state(), "Group1") == std::vector{nth(1)});

  const auto left = t.leave("Group1");
  REQUIRE(left);
  CHECK(known(t, "Group1") == std::vector{rmv(nth(1), {life, 3}, whole_range, 0),
                                          rmv(nth(1), {life, 3}, {15, 255}, 11223)});
  CHECK(members(t.state(), "Group1").empty());
  CHECK(groups(t.state()) == std::vector<std::string>{"Group1"});
  CHECK(my_groups(t.state()).empty());
}

TEST_CASE("calls that change nothing do not advance the clock") {
  auto t = table_of(1);
  (void)t.add_item("g", {1, 2}, 80);
  const auto before = known(t);
  CHECK(t.join("g")->claim == before[0]);
  CHECK(t.add_item("g", {1, 2}, 80)->claim == before[1]);
  CHECK(known(t) == before);
}

TEST_CASE("add_item joins the group first") {
  auto t = table_of(1);
  CHECK(t.add_item("g", {1, 2}, 80)->claim.at == stamp{life, 2});
  CHECK(known(t) == std::vector{get(nth(1), {life, 1}), add(nth(1), {life, 2}, {1, 2})});
}

TEST_CASE("add_item with another port replaces the claim of the range") {
  auto t = table_of(1);
  (void)t.add_item("g", {1, 2}, 80);
  CHECK(t.add_item("g", {1, 2}, 81)->claim == add(nth(1), {life, 3}, {1, 2}, 81));
}

TEST_CASE("a node that stops serving stays a member") {
  auto t = table_of(1);
  (void)t.join("g");
  SUBCASE("a range that the node did not join with turns to rmv") {
    (void)t.add_item("g", {1, 2}, 80);
    CHECK(t.remove_item("g", {1, 2}, 80)->claim == rmv(nth(1), {life, 3}, {1, 2}));
  }
  SUBCASE("a range that it joined with turns to get") {
    (void)t.add_item("g", whole_range, 80);
    CHECK(t.remove_item("g", whole_range, 80)->claim == get(nth(1), {life, 3}));
  }
  CHECK(my_groups(t.state()) == std::vector<std::string>{"g"});
}

TEST_CASE("leave and remove_item refuse claims that do not exist") {
  auto t = table_of(1);
  CHECK(t.leave("g").error() == call_error::not_found);
  CHECK(t.remove_item("g", {1, 2}, 80).error() == call_error::not_found);
  (void)t.add_item("g", {1, 2}, 80);
  CHECK(t.remove_item("g", {1, 2}, 81).error() == call_error::not_found);
  CHECK(t.remove_item("g", {1, 3}, 80).error() == call_error::not_found);
  CHECK(t.remove_item("g", whole_range, 0).error() == call_error::not_found);
  (void)t.leave("g");
  CHECK(t.leave("g").error() == call_error::not_found);
}

TEST_CASE("a range cannot be served on port 0, where nobody can reach it") {
  auto t = table_of(1);
  CHECK(t.add_item("g", {1, 2}, 0).error() == call_error::invalid_argument);
  CHECK(known(t).empty());
}

TEST_CASE("invalid arguments are refused") {
  auto t = table_of(1);
  CHECK(t.join("").error() == call_error::invalid_argument);
  CHECK(t.join(std::string(256, 'x')).error() == call_error::invalid_argument);
  CHECK(t.join("a\nb").error() == call_error::invalid_argument);
  CHECK(t.add_item("g", {2, 1}, 80).error() == call_error::invalid_argument);
  CHECK(groups(t.state()).empty());
}

TEST_CASE("the clock goes on after leaving and joining again") {
  auto t = table_of(1);
  (void)t.join("g");
  (void)t.leave("g");
  CHECK(t.join("g")->claim == get(nth(1), {life, 3}));
}

TEST_CASE("a restarted owner continues from the published state") {
  auto t = table_of(1);
  (void)t.add_item("g", {1, 2}, 80);
  (void)apply(t, complete(nth(2), {7, 3}, {get(nth(2), {7, 3})}));
  topology_table again{t.state()};
  CHECK(known(again) == known(t));
  CHECK(again.add_item("g", {3, 4}, 80)->claim.at == stamp{life, 3});
  CHECK(apply(again, complete(nth(2), {6, 9}, {get(nth(2), {6, 9})})).news.empty());
}

TEST_CASE("a group's version grows even if the group was forgotten meanwhile") {
  auto t = table_of(1);
  const auto version = [&] { return find_group(t.state(), "g")->version(); };
  const auto first = complete(nth(2), {5, 1}, {get(nth(2), {5, 1})});
  (void)apply(t, first);
  const auto learned = version();
  (void)t.join("other");
  CHECK(version() == learned);
  (void)t.forget({nth(2)});
  REQUIRE(find_group(t.state(), "g") == nullptr);
  (void)apply(t, first);
  CHECK(version() > learned);
  topology_table again{t.state()};
  (void)again.join("g");
  CHECK(find_group(again.state(), "g")->version() > version());
}

TEST_CASE("the number of groups is limited") {
  auto t = table_of(1);
  for (std::size_t i = 0; i < limits::groups_max; ++i) REQUIRE(t.join("g" + std::to_string(i)));
  CHECK(t.join("one more").error() == call_error::limit_exceeded);
  CHECK(apply(t, {"one more", {{nth(2), {5, 0}}}, {}}).refused == 1);
  CHECK(groups(t.state()).size() == limits::groups_max);
}

TEST_CASE("a banned member is not believed until it is readmitted or begins a new life") {
  auto t = table_of(1);
  const message told{"g", {{nth(2), {5, 3}}}, {add(nth(2), {5, 3}, {1, 2})}};
  (void)apply(t, told);
  REQUIRE(t.ban({nth(2)}));
  CHECK(known(t, "g").empty());
  CHECK(apply(t, told).news.empty());
  (void)apply(t, {"g", {}, {add(nth(2), {5, 9}, {3, 4})}});
  CHECK(known(t, "g").empty());
  SUBCASE("readmitted") {
    t.readmit({nth(2)});
    CHECK(apply(t, told).news.size() == 1);
  }
  SUBCASE("a new life") {
    CHECK(apply(t, {"g", {{nth(2), {6, 0}}}, {add(nth(2), {6, 0}, {1, 2})}}).news.size() == 1);
  }
  CHECK(known(t, "g").size() == 1);
}

TEST_CASE("a node whose clock was far ahead takes a possible incarnation") {
  auto t = table_of(1);
  (void)t.add_item("g", {1, 2}, 80);
  const auto before = known(t);
  t.bound_incarnations(life);
  CHECK_FALSE(t.correct_incarnation(life - 1));
  t.bound_incarnations(life - 1);
  CHECK_FALSE(t.correct_incarnation(0));
  CHECK_FALSE(t.correct_incarnation(life));
  CHECK(t.correct_incarnation(life - 2));
  CHECK(t.state().incarnation == life - 2);
  REQUIRE(known(t).size() == before.size());
  for (const auto& x : known(t)) CHECK(x.at.incarnation == life - 2);
}

TEST_CASE("a member from the future is named, and dropped once the clock is put right") {
  auto t = table_of(1);
  const message told{"g", {{nth(2), {5, 3}}}, {}};
  (void)apply(t, told);
  REQUIRE(find_group(t.state(), "g"));
  t.bound_incarnations(4);
  CHECK(t.drop_impossible());
  CHECK(find_group(t.state(), "g") == nullptr);
  CHECK(apply(t, told).impossible == local_clock{nth(2), {5, 3}});
  CHECK_FALSE(t.drop_impossible());
}
