// How narrow nodes, which are interested in a part of a group, learn which nodes are its members.

#include <algorithm>

#include <doctest/doctest.h>

#include "actors/broadcast/audience.hpp"
#include "actors/topology/anti_entropy.hpp"
#include "actors/topology/topology_table.hpp"
#include "messages/codec/codec.hpp"
#include "tests/actors/tables.hpp"
#include "tests/at.hpp"

using namespace scalesmall;
using namespace scalesmall::names;
using namespace std::chrono_literals;

TEST_CASE("a narrow node knows all members of a group") {
  auto first = table_of(1);
  auto second = table_of(2);
  auto third = table_of(3);
  REQUIRE(first.join("g", {0, 9}));
  REQUIRE(second.join("g", {50, 59}));
  REQUIRE(third.join("g", {100, 109}));
  const auto known = [](const topology_table& t) { return members(t.state(), "g"); };
  const std::vector all{nth(1), nth(2), nth(3)};

  SUBCASE("from exchanges with the member or with another narrow node") {
    (void)exchange_between(first, second);
    CHECK(known(first) == std::vector{nth(1), nth(2)});
    CHECK(known(second) == known(first));
    (void)exchange_between(third, second);
    CHECK(known(third) == all);
    (void)exchange_between(first, second);
    CHECK(known(first) == all);
    CHECK(items(first.state(), "g").size() == 1);
    CHECK(exchange_between(first, second) == 0);

    // A node that joins the whole group keeps the members it knows, and learns the other claims.
    REQUIRE(second.join("g"));
    CHECK(known(second) == all);
    CHECK(items(second.state(), "g").size() == 2);
    (void)exchange_between(first, second);
    (void)exchange_between(third, second);
    CHECK(items(second.state(), "g").size() == 4);
    CHECK(find_row(second.state(), "g", nth(1))->told_presence == presence{});
  }
  SUBCASE("from a broadcast") {
    for (const auto* x : {&first, &third}) {
      for (const auto& rows : all_rows_of(x->state(), x->state().self)) (void)apply(second, rows);
    }
    CHECK(known(second) == all);
    const auto left = third.leave("g");
    REQUIRE(left);
    // A delta of tombstones does not say whether the member has other claims.
    const auto gap = apply(second, row_message(third.state(), left->told)).gap;
    REQUIRE(gap.at(nth(3)) == stamp{life, 1});
    const digest question{exchange::push,
                          {{"g", gap, digest_scope::part, 0, key_set::of({{50, 59}})}}};
    for (const auto& rows : reply_to(third.state(), question, nth(2)).rows)
      CHECK(apply(second, rows).gap.empty());
    CHECK(known(second) == std::vector{nth(1), nth(2)});
    const auto told = row_message(second.state(), "g", nth(3));
    const auto narrow = narrow_audiences(second.state(), {told});
    REQUIRE(narrow.size() == 1);
    CHECK(narrow[0].members == std::vector{nth(1)});
    CHECK(narrow[0].rows ==
          std::vector<message>{{"g", {{nth(3), {life, 2}}}, {}, {}, key_set::none(), {nth(3)}}});

    (void)apply(first, {"g", {{nth(3), {life, 1}}}, {}, {}, key_set::none()});
    CHECK(known(first) == std::vector{nth(1), nth(3)});
    (void)apply(first, narrow[0].rows[0]);
    CHECK(known(first) == std::vector{nth(1)});
    (void)apply(first, {"g", {{nth(3), {life, 1}}}, {}, {}, key_set::none()});
    CHECK(known(first) == std::vector{nth(1)});
  }
  SUBCASE("and refutes a false absence of itself") {
    const message lie{"g", {{nth(1), {life, 1}}}, {}, {}, key_set::none(), {nth(1)}};
    const auto outcome = apply(first, lie);
    CHECK(known(first) == std::vector{nth(1)});
    REQUIRE(outcome.own_truth.size() == 1);
    CHECK(outcome.own_truth[0].at == stamp{life + 1, 1});
  }
}

TEST_CASE("a claim that came too early does not show an earlier absence") {
  // Node 1 serves 0..9, then 50..59 as well, then no longer 0..9. The second change is lost.
  const key_range served{0, 9};
  auto t = table_of(2);
  (void)apply(t, complete(nth(1), {5, 1}, {add(nth(1), {5, 1}, served)}));
  REQUIRE(apply(t, {"g", {{nth(1), {5, 3}}}, {rmv(nth(1), {5, 3}, served)}, {{nth(1), {5, 2}}}})
              .gap.at(nth(1)) == stamp{5, 1});
  const auto absent = [](const topology_table& x) {
    const auto* known = find_row(x.state(), "g", nth(1));
    return known && presence_of(*known).as_of != stamp{} && !presence_of(*known).here;
  };
  SUBCASE("to the node itself") {}
  SUBCASE("after the tombstone has expired") {
    (void)t.expire(at(1min), 10min);
    REQUIRE(t.expire(at(11min), 10min));
  }
  CHECK_FALSE(absent(t));

  SUBCASE("when that node begins to want a part") {
    REQUIRE(t.join("g", {70, 79}));
    CHECK_FALSE(absent(t));
  }
  SUBCASE("to a narrow node") {
    auto narrow = table_of(3);
    REQUIRE(narrow.join("g", {70, 79}));
    (void)exchange_between(narrow, t);
    CHECK_FALSE(absent(narrow));
  }
  SUBCASE("to a wide node") {
    auto wide = table_of(3);
    (void)exchange_between(wide, t);
    CHECK_FALSE(absent(wide));
  }
  SUBCASE("although the presence has been told") {
    (void)apply(t, {"g", {{nth(1), {5, 1}}}, {}, {}, key_set::none()});
    CHECK(members(t.state(), "g") == std::vector{nth(1)});
    auto wide = table_of(3);
    (void)exchange_between(wide, t);
    CHECK_FALSE(absent(wide));
  }
}

TEST_CASE("a claim that came too early shows presence as of its own clock") {
  auto t = table_of(2);
  (void)apply(t, complete(nth(1), {5, 1}, {}));
  (void)apply(t, {"g", {{nth(1), {5, 3}}}, {add(nth(1), {5, 3}, {0, 9})}, {{nth(1), {5, 2}}}});
  const presence right{{5, 3}, true};
  SUBCASE("to a node that begins to want a part") {
    REQUIRE(t.join("g", {70, 79}));
    CHECK(find_row(t.state(), "g", nth(1))->told_presence == right);
  }
  SUBCASE("to a narrow node") {
    auto narrow = table_of(3);
    REQUIRE(narrow.join("g", {70, 79}));
    (void)exchange_between(narrow, t);
    REQUIRE(find_row(narrow.state(), "g", nth(1)));
    CHECK(find_row(narrow.state(), "g", nth(1))->told_presence == right);
  }
}

TEST_CASE("the audience of a row hears the presence as of the row's clock") {
  auto t = table_of(2);
  REQUIRE(t.join("g"));
  (void)apply(t, complete(nth(3), {5, 1}, {get(nth(3), {5, 1}, {70, 79})}));
  (void)apply(t, complete(nth(1), {5, 1}, {}));
  (void)apply(t, {"g", {{nth(1), {5, 3}}}, {}, {}, key_set::none()});
  const auto told = row_message(t.state(), "g", nth(1));
  const auto narrow = narrow_audiences(t.state(), {told});
  const auto third = std::ranges::find(narrow, std::vector{nth(3)}, &narrow_audience::members);
  REQUIRE(third != narrow.end());
  CHECK(third->rows ==
        std::vector<message>{{"g", {{nth(1), {5, 1}}}, {}, {}, key_set::of({{70, 79}}), {nth(1)}}});
}

TEST_CASE("the presence of a member costs few bytes") {
  auto wide = table_of(1);
  REQUIRE(wide.join("g"));
  constexpr std::uint32_t count = 1'000;
  for (std::uint32_t n = 0; n < count; ++n) {
    const auto byte = [n](int shift) { return static_cast<std::uint8_t>(n >> shift); };
    const net_id member{ip_address::v4(10, 0, byte(8), byte(0)), 29999};
    const stamp at{life + 7 * n, n % 10 + 1};
    (void)apply(
        wide,
        {"g", {{member, at}}, {timed_item{{member, {100 * n, 100 * n + 99}, op::add, 80}, at}}});
  }
  const auto bytes_told = [&](const digest& question) {
    gossip answer;
    answer.messages = reply_to(wide.state(), question).rows;
    return encode(answer).size();
  };
  const auto all = bytes_told({exchange::request, {}, true});
  const auto part =
      bytes_told({exchange::request,
                  {{"g", {}, digest_scope::whole, 0, key_set::of({{400 * 100, 410 * 100 - 1}})}}});
  MESSAGE("bytes of all claims: ", all, ", of a hundredth and all members: ", part);
  CHECK(part <= 4 * count);
}
