// How narrow nodes, which are interested in a part of a group, learn which nodes are its members.

#include <doctest/doctest.h>

#include "actors/broadcast/audience.hpp"
#include "actors/topology/anti_entropy.hpp"
#include "actors/topology/topology_table.hpp"
#include "messages/codec/codec.hpp"
#include "tests/actors/tables.hpp"

using namespace scalesmall;
using namespace scalesmall::names;

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
      for (const auto& rows : all_rows_of(x->state(), x->state().self)) (void)second.apply(rows);
    }
    CHECK(known(second) == all);
    const auto left = third.leave("g");
    REQUIRE(left);
    // A delta of tombstones does not say whether the member has other claims.
    const auto gap = second.apply(row_message(third.state(), left->told)).gap;
    REQUIRE(gap.at(nth(3)) == stamp{life, 0});
    const digest question{exchange::push,
                          {{"g", gap, digest_scope::part, 0, key_set::of({{50, 59}})}}};
    for (const auto& rows : reply_to(third.state(), question, nth(2)).rows)
      CHECK(second.apply(rows).gap.empty());
    CHECK(known(second) == std::vector{nth(1), nth(2)});
    const auto told = row_message(second.state(), "g", nth(3));
    const auto narrow = narrow_audiences(second.state(), {told});
    REQUIRE(narrow.size() == 1);
    CHECK(narrow[0].members == std::vector{nth(1)});
    CHECK(narrow[0].rows ==
          std::vector<message>{{"g", {{nth(3), {life, 1}}}, {}, {}, key_set::none(), {nth(3)}}});

    (void)first.apply({"g", {{nth(3), {life, 0}}}, {}, {}, key_set::none()});
    CHECK(known(first) == std::vector{nth(1), nth(3)});
    (void)first.apply(narrow[0].rows[0]);
    CHECK(known(first) == std::vector{nth(1)});
    (void)first.apply({"g", {{nth(3), {life, 0}}}, {}, {}, key_set::none()});
    CHECK(known(first) == std::vector{nth(1)});
  }
  SUBCASE("and refutes a false absence of itself") {
    const message lie{"g", {{nth(1), {life, 0}}}, {}, {}, key_set::none(), {nth(1)}};
    const auto outcome = first.apply(lie);
    CHECK(known(first) == std::vector{nth(1)});
    REQUIRE(outcome.own_truth.size() == 1);
    CHECK(outcome.own_truth[0].at == stamp{life + 1, 0});
  }
}

TEST_CASE("the presence of a member costs few bytes") {
  auto wide = table_of(1);
  REQUIRE(wide.join("g"));
  constexpr std::uint32_t count = 1'000;
  for (std::uint32_t n = 0; n < count; ++n) {
    const auto byte = [n](int shift) { return static_cast<std::uint8_t>(n >> shift); };
    const net_id member{ip_address::v4(10, 0, byte(8), byte(0)), 29999};
    const stamp at{life + 7 * n, n % 10 + 1};
    (void)wide.apply(
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
