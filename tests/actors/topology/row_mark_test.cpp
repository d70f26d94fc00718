#include "actors/topology/row_mark.hpp"

#include <doctest/doctest.h>

#include "tests/actors/tables.hpp"

using namespace scalesmall;
using namespace scalesmall::names;

TEST_CASE("a mark says from where on only if that can be told") {
  const row x{nth(2), {5, 4}, {5, 2}, {add(nth(2), {5, 4}, {1, 9})}};
  const auto since = [&](std::optional<stamp> from) { return mark_of("g", x, from)->since; };
  CHECK(since({}) == std::nullopt);
  CHECK(since(stamp{5, 3}) == stamp{5, 3});
  CHECK(since(stamp{5, 2}) == stamp{5, 2});
  CHECK(since(stamp{5, 1}) == std::nullopt);  // removals since may have been dropped
  CHECK(since(stamp{5, 4}) == std::nullopt);  // or claims under the same clock were lacking
  CHECK(since(stamp{4, 3}) == std::nullopt);
}

TEST_CASE("a row with a claim that came too early can only be told whole") {
  row x{nth(2), {5, 4}, {5, 1}, {add(nth(2), {5, 2}, {1, 9})}};
  REQUIRE(mark_of("g", x, stamp{5, 3})->since);
  x.claims.push_back(add(nth(2), {5, 6}, {10, 19}));
  CHECK_FALSE(mark_of("g", x, stamp{5, 3})->since);  // it may have replaced a change
}

TEST_CASE("a row of which nothing is known has no mark, but a member's presence has") {
  CHECK_FALSE(mark_of("g", row{nth(2)}));
  row present{nth(2)};
  present.told_presence = {{5, 1}, true};
  CHECK(mark_of("g", present) == row_mark{"g", nth(2), {5, 1}});
}

TEST_CASE("a member's marks are of all its groups") {
  auto t = table_of(1);
  REQUIRE(t.join("g"));
  REQUIRE(t.join("h"));
  (void)apply(t, {"other", {{nth(2), {5, 0}}}, {get(nth(2), {5, 0})}});
  CHECK(marks_of_member(t.state(), nth(1)) ==
        std::vector{row_mark{"g", nth(1), {life, 1}}, row_mark{"h", nth(1), {life, 1}}});
}

TEST_CASE("the marks of messages name each row, and from where on") {
  const message rows{"g", {{nth(2), {5, 1}}, {nth(3), {6, 2}}}, {}, {{nth(3), {6, 1}}}};
  CHECK(marks_of({rows}) ==
        std::vector{row_mark{"g", nth(2), {5, 1}}, row_mark{"g", nth(3), {6, 2}, stamp{6, 1}}});
}
