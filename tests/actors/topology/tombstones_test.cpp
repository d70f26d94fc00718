#include "actors/topology/tombstones.hpp"

#include <chrono>

#include <doctest/doctest.h>

#include "tests/actors/tables.hpp"
#include "tests/at.hpp"

using namespace scalesmall;
using namespace scalesmall::names;
using namespace std::chrono_literals;

TEST_CASE("of many removals in a row only the newest of each turn is kept") {
  tombstones kept;
  for (std::uint32_t n = 1; n <= 1'000; ++n) {
    kept.note({"g", {nth(1), {5, n}}});
    kept.note({"g", {nth(2), {5, 2 * n}}});
    if (n == 500) CHECK(kept.due(at(0s), 10s).empty());
  }
  CHECK(kept.due(at(1s), 10s).empty());
  const auto first = kept.due(at(10s), 10s);
  REQUIRE(first.size() == 2);
  CHECK(first[0].up_to == local_clock{nth(1), {5, 500}});
  CHECK(first[1].up_to == local_clock{nth(2), {5, 1'000}});
  CHECK(kept.due(at(11s), 10s).size() == 2);
  CHECK(kept.due(at(60s), 10s).empty());
}

TEST_CASE("tombstones are dropped after the grace time, and the removed claims do not come back") {
  auto t = table_of(1);
  const auto first = complete(nth(2), {5, 1}, {get(nth(2), {5, 0}), add(nth(2), {5, 1}, {1, 9})});
  (void)apply(t, first);
  auto behind = t.state();
  (void)apply(t, {"g", {{nth(2), {5, 2}}}, {rmv(nth(2), {5, 2}, {1, 9})}, {{nth(2), {5, 1}}}});
  CHECK_FALSE(t.expire(at(1min), 10min));  // the grace time begins here
  CHECK_FALSE(t.expire(at(10min), 10min));
  CHECK(known(t).size() == 2);
  CHECK(t.expire(at(11min), 10min));
  CHECK(known(t) == std::vector{get(nth(2), {5, 0})});
  CHECK_FALSE(t.expire(at(30min), 10min));

  SUBCASE("an old row from a node that was away is ignored") {
    CHECK(apply(t, first).news.empty());
    CHECK(apply(t, {"g", {}, {add(nth(2), {5, 1}, {1, 9})}}).gap.empty());
    CHECK(known(t) == std::vector{get(nth(2), {5, 0})});
  }
  SUBCASE("a node that was away gets the complete row, since no delta can tell the removal") {
    topology_table away{behind};
    const auto told = row_message(t.state(), "g", nth(2), stamp{5, 1});
    CHECK(told.since.empty());
    (void)apply(away, told);
    CHECK(known(away) == known(t));
    SUBCASE("and passes it on as a complete row") {
      CHECK(row_message(away.state(), "g", nth(2), stamp{5, 0}).since.empty());
    }
  }
  SUBCASE("later changes are sent as deltas again") {
    (void)apply(t, {"g", {{nth(2), {5, 3}}}, {add(nth(2), {5, 3}, {1, 9})}, {{nth(2), {5, 2}}}});
    CHECK_FALSE(row_message(t.state(), "g", nth(2), stamp{5, 2}).since.empty());
    CHECK(row_message(t.state(), "g", nth(2), stamp{5, 1}).since.empty());
  }
  SUBCASE("a tombstone that arrives again under the same clock is ignored") {
    const auto again = complete(nth(2), {5, 2}, {get(nth(2), {5, 0}), rmv(nth(2), {5, 2}, {1, 9})});
    CHECK(apply(t, again).news.empty());
    CHECK(known(t).size() == 1);
  }
}

TEST_CASE("a tombstone that arrived without its row is dropped after the grace time, too") {
  auto t = table_of(1);
  (void)apply(t, {"g", {{nth(2), {5, 2}}}, {rmv(nth(2), {5, 2}, {1, 9})}, {{nth(2), {5, 1}}}});
  REQUIRE(known(t).size() == 1);
  (void)t.expire(at(0s), 1s);
  SUBCASE("before the row is known") { CHECK(t.expire(at(1s), 1s)); }
  SUBCASE("after the row is known") {
    (void)apply(t, complete(nth(2), {5, 2}, {rmv(nth(2), {5, 2}, {1, 9})}));
    CHECK(t.expire(at(1s), 1s));
  }
  SUBCASE("but not if it is of a newer incarnation") {
    (void)apply(t, complete(nth(2), {6, 1}, {rmv(nth(2), {6, 1}, {1, 9})}));
    CHECK_FALSE(t.expire(at(1s), 1s));
    CHECK(known(t).size() == 1);
    return;
  }
  CHECK(known(t).empty());
}

TEST_CASE("a node drops its own tombstones, too, and its clock goes on") {
  auto t = table_of(1);
  (void)t.add_item("g", {1, 2}, 80);
  (void)t.leave("g");
  (void)t.expire(at(0s), 1s);
  CHECK(t.expire(at(1s), 1s));
  CHECK(known(t).empty());
  CHECK(groups(t.state()) == std::vector<std::string>{"g"});
  CHECK(t.leave("g").error() == call_error::not_found);
  CHECK(apply(t, complete(nth(1), {life, 3}, {rmv(nth(1), {life, 3}, {1, 2})})).own_truth.empty());
  CHECK(t.join("g")->claim.at == stamp{life, 4});
}

TEST_CASE(
    "a row that only voids former ones goes after the grace time, but not the last of a member") {
  auto t = table_of(1);
  auto other = table_of(2);
  const auto ghost = complete(nth(1), {life - 1, 4}, {get(nth(1), {life - 1, 4})});
  for (const auto& told : row_messages(t.state(), apply(t, ghost).own_truth))
    (void)apply(other, told);
  const auto mark = row_message(t.state(), "g", nth(1));
  const auto expire_both = [&](time_point now) {
    (void)t.expire(now, 1s);
    (void)other.expire(now, 1s);
  };
  expire_both(at(0s));
  expire_both(at(1s));
  CHECK(groups(t.state()) == std::vector<std::string>{"g"});
  CHECK(groups(other.state()) == std::vector<std::string>{"g"});
  REQUIRE(t.join("h"));
  for (const auto& rows : all_rows_of(t.state(), nth(1))) (void)apply(other, rows);
  expire_both(at(2s));
  expire_both(at(3s));
  expire_both(at(4s));
  CHECK(groups(t.state()) == std::vector<std::string>{"h"});
  CHECK(groups(other.state()) == std::vector<std::string>{"h"});
  // Other nodes may still have it for a while.
  (void)apply(other, mark);
  CHECK(apply(t, mark).own_truth.empty());
  CHECK(groups(t.state()) == std::vector<std::string>{"h"});
  CHECK(groups(other.state()) == std::vector<std::string>{"h"});
}

TEST_CASE("a node never says two things of a group with one clock") {
  auto t = table_of(1);
  // It is told of a former life, and says that this life has nothing there.
  const auto truth = apply(t, {"g", {{nth(1), {life - 1, 3}}}, {get(nth(1), {life - 1, 3})}});
  REQUIRE(truth.own_truth.size() == 1);
  const auto said = row_message(t.state(), truth.own_truth[0]);
  CHECK(said.time.at(nth(1)) == stamp{life, 0});
  REQUIRE(t.join("a"));
  (void)t.expire(at(0s), 10s);
  (void)t.expire(at(20s), 10s);
  // The row in "a" says which life is the present one.
  REQUIRE_FALSE(find_row(t.state(), "g", nth(1)));

  auto other = table_of(2);
  (void)apply(other, said);
  REQUIRE(t.add_item("g", {0, 9}, 1));
  const auto last = t.add_item("g", {10, 19}, 1);
  REQUIRE(last);
  (void)apply(other, row_message(t.state(), last->told));
  (void)exchange_between(other, t);
  CHECK(known(other) == known(t));
}

TEST_CASE("a node that starts again within a second says nothing with a clock of its former life") {
  auto former = table_of(1);
  const auto truth = apply(former, complete(nth(1), {life - 1, 3}, {get(nth(1), {life - 1, 3})}));
  const auto said = row_message(former.state(), truth.own_truth.at(0));
  auto other = table_of(2);
  (void)apply(other, said);
  auto t = table_of(1);
  REQUIRE(t.join("a"));
  SUBCASE("whether it has heard of it") { (void)apply(t, said); }
  SUBCASE("or not") {}
  REQUIRE(t.join("g"));
  const auto last = t.add_item("g", {0, 9}, 1);
  REQUIRE(last);
  (void)apply(other, row_message(t.state(), last->told));
  (void)exchange_between(other, t);
  CHECK(known(other) == known(t));
}

TEST_CASE("nothing is left of a forgotten member") {
  auto t = table_of(1);
  (void)t.join("g");
  (void)apply(t, complete(nth(2), {5, 1}, {get(nth(2), {5, 1})}));
  (void)apply(t, {"h", {{nth(2), {5, 0}}}, {get(nth(2), {5, 0})}});
  CHECK_FALSE(t.forget({nth(1), nth(3)}));
  CHECK(t.forget({nth(2)}));
  CHECK(members(t.state(), "g") == std::vector{nth(1)});
  CHECK(groups(t.state()) == std::vector<std::string>{"g"});
}
