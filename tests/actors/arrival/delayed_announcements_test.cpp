#include "actors/arrival/delayed_announcements.hpp"

#include <algorithm>

#include <doctest/doctest.h>

#include "tests/actors/tables.hpp"
#include "tests/at.hpp"

using namespace scalesmall;
using namespace scalesmall::names;
using namespace std::chrono_literals;

namespace {

message row_of(std::uint8_t n, stamp at) { return complete(nth(n), at, {get(nth(n), at)}); }

topology knowing(const std::vector<message>& rows) {
  auto t = table_of(1);
  for (const auto& x : rows) (void)apply(t, x);
  return t.state();
}

}  // namespace

TEST_CASE("held news are announced after their time, as they are then") {
  delayed_announcements held{rng{1}};
  CHECK(held.next_due() == std::nullopt);
  held.hold(marks_of({row_of(2, {5, 1})}), at(1s));
  const auto due = held.next_due();
  REQUIRE(due);
  CHECK(*due >= at(1s) + delayed_announcements::hold_min);
  CHECK(*due <= at(1s) + delayed_announcements::hold_max);
  const auto newer = row_of(2, {5, 3});
  CHECK(held.take(*due - 1ns, knowing({newer})).empty());
  const auto now = knowing({newer});
  CHECK(row_messages(now, held.take(*due, now)) == std::vector{newer});
  CHECK(held.next_due() == std::nullopt);
}

TEST_CASE("what a broadcast tells meanwhile is not told again") {
  delayed_announcements held{rng{1}};
  held.hold(marks_of({row_of(2, {5, 1}), row_of(3, {5, 7})}), at(1s));
  const std::vector told{row_of(2, {5, 2}), row_of(3, {5, 6})};  // the second is older
  SUBCASE("by another node") { held.heard(told); }
  SUBCASE("by this node") { held.heard(marks_of(told)); }
  CHECK(held.take(at(1h), knowing({row_of(2, {5, 2}), row_of(3, {5, 7})})) ==
        marks_of({row_of(3, {5, 7})}));
}

TEST_CASE("news of a row that is held wait no longer, and are told from where the first began") {
  delayed_announcements held{rng{1}};
  auto second = row_of(2, {5, 2});
  second.since = {{nth(2), {5, 1}}};
  auto first = row_of(2, {5, 1});
  held.hold(marks_of({first}), at(1s));
  const auto due = held.next_due();
  held.hold(marks_of({second}), at(1s + delayed_announcements::hold_min));
  CHECK(held.next_due() == due);
  held.heard(std::vector{first});
  const auto now = knowing({row_of(2, {5, 2})});
  CHECK(row_messages(now, held.take(*due, now)) == std::vector{row_of(2, {5, 2})});
}

TEST_CASE("nodes that hold the same choose times of their own") {
  std::vector<time_point> due;
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    delayed_announcements held{rng{seed}};
    held.hold(marks_of({row_of(2, {5, 1})}), at(0s));
    due.push_back(*held.next_due());
  }
  std::ranges::sort(due);
  CHECK(due.front() < at(delayed_announcements::hold_min + 100ms));
  CHECK(due.back() > at(delayed_announcements::hold_max - 100ms));
}

TEST_CASE("what came together is announced together") {
  delayed_announcements held{rng{1}};
  std::vector<message> rows;
  for (std::uint8_t n = 2; n < 100; ++n) rows.push_back(row_of(n, {5, 1}));
  held.hold(marks_of(rows), at(0s));
  CHECK(held.take(*held.next_due(), knowing(rows)).size() == rows.size());
  CHECK_FALSE(held.next_due());
}

TEST_CASE("what is held is bounded") {
  delayed_announcements held{rng{1}};
  std::vector<message> rows;
  for (std::uint32_t i = 0; i <= delayed_announcements::rows_max; ++i) {
    const net_id member{
        ip_address::v4(10, 0, static_cast<std::uint8_t>(i >> 8), static_cast<std::uint8_t>(i)), 1};
    rows.push_back(complete(member, {5, 1}, {get(member, {5, 1})}));
  }
  held.hold(marks_of(rows), at(0s));
  CHECK(held.take(at(delayed_announcements::hold_max), knowing(rows)).size() ==
        delayed_announcements::rows_max);
}

TEST_CASE("what is forgotten meanwhile is not told") {
  delayed_announcements held{rng{1}};
  held.hold(marks_of({row_of(2, {5, 1})}), at(0s));
  CHECK(held.take(at(delayed_announcements::hold_max), knowing({})).empty());
  CHECK(held.next_due() == std::nullopt);
}
