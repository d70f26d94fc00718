#include "messages/message.hpp"

#include <algorithm>
#include <stdexcept>
#include <vector>

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "messages/gossip.hpp"
#include "tests/messages/generators.hpp"

using namespace scalesmall;

namespace {

const net_id a{ip_address::v4(10, 0, 0, 1), 1};
const net_id b{ip_address::v4(10, 0, 0, 2), 1};

message named(message x) {
  x.group_name = "g";
  x.within = key_set::none();
  return x;
}

message merged(message x, const message& y) {
  merge(x, y);
  return x;
}

}  // namespace

TEST_CASE("merge is a join of any messages of one group") {
  CHECK(rc::check("idempotent", [](const message& x) {
    auto y = x;
    RC_ASSERT_FALSE(merge(y, x));
    RC_ASSERT(y == x);
  }));
  CHECK(rc::check("commutative", [](const message& x, const message& y) {
    RC_ASSERT(merged(named(x), named(y)) == merged(named(y), named(x)));
  }));
  CHECK(rc::check("associative",
                  [](const message& any_x, const message& any_y, const message& any_z) {
                    const auto x = named(any_x);
                    const auto y = named(any_y);
                    const auto z = named(any_z);
                    RC_ASSERT(merged(merged(x, y), z) == merged(x, merged(y, z)));
                  }));
  CHECK(rc::check("says whether anything changed", [](const message& x, const message& y) {
    auto both = named(x);
    const bool changed = merge(both, named(y));
    RC_ASSERT(changed == (both != named(x)));
  }));
}

TEST_CASE("messages of one group and the same keys are united") {
  CHECK(rc::check([](const std::vector<message>& rows) {
    const auto all = united(rows);
    const auto not_less = [](const auto& x, const auto& y) { return order_of(x) >= order_of(y); };
    RC_ASSERT(std::ranges::adjacent_find(all, not_less) == all.end());
    auto expected = all;
    for (auto& x : expected) x = {x.group_name, {}, {}, {}, x.within};
    for (const auto& x : rows) {
      const auto place =
          std::ranges::find_if(expected, [&](const auto& y) { return order_of(x) == order_of(y); });
      RC_ASSERT(place != expected.end());
      merge(*place, x);
    }
    RC_ASSERT(all == expected);
  }));
}

TEST_CASE("a later delta replaces an earlier row, and a longer delta a shorter one") {
  const message complete{"g", {{a, {1, 2}}}, {}};
  const message delta{"g", {{a, {1, 3}}}, {}, {{a, {1, 2}}}};
  const message longer{"g", {{a, {1, 3}}}, {}, {{a, {1, 1}}}};
  CHECK(merged(complete, delta).since == delta.since);
  CHECK(merged(delta, longer).since == longer.since);
  CHECK(merged(longer, message{"g", {{a, {1, 3}}}, {}}).since.empty());
}

TEST_CASE("a member is absent until a later clock") {
  const auto part = [](stamp at, std::vector<net_id> absent) {
    return message{"g", {{a, at}}, {}, {}, key_set::none(), std::move(absent)};
  };
  CHECK(merged(part({1, 2}, {a}), part({1, 3}, {})).absent.empty());
  CHECK(merged(part({1, 2}, {}), part({1, 3}, {a})).absent == std::vector{a});
  CHECK(merged(part({1, 2}, {}), part({1, 2}, {a})).absent == std::vector{a});
}

TEST_CASE("messages of different groups do not merge") {
  message x{"g", {}, {}};
  CHECK_THROWS_AS(merge(x, message{"h", {}, {}}), std::invalid_argument);
}

TEST_CASE("members are those with a claim that is not rmv") {
  const stamp at{1, 1};
  message x{
      "g", {{a, at}, {b, at}}, {{{a, {0, 9}, op::rmv, 1}, at}, {{b, {0, 9}, op::rmv, 1}, at}}};
  CHECK(members(x).empty());
  x.items.put({{b, {1, 9}, op::add, 1}, at});
  x.items.put({{b, {2, 9}, op::get, 0}, at});
  CHECK(members(x) == std::vector{b});
  x.items.put({{a, whole_range, op::get, 0}, at});
  CHECK(members(x) == std::vector{a, b});
}

TEST_CASE("messages and gossips have a text form") {
  const message x{"g", {{a, {1, 1}}}, {{{a, {0, 9}, op::add, 1}, {1, 1}}}};
  CHECK(to_string(x) == "g [10.0.0.1:1@1.1]\n10.0.0.1:1 add 0..9 port 1 clock 1.1\n");
  const gossip y{.current_id = {a, 42},
                 .seen_ids = {{b, 1}},
                 .other_ids = {},
                 .distribution_list = {b},
                 .messages = {x},
                 .summary = digest{}};
  CHECK(to_string(y) == "10.0.0.1:1#42 seen 1 other 0 for 1 messages 1 request");
}
