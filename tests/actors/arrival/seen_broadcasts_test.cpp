#include "actors/arrival/seen_broadcasts.hpp"

#include <cstdint>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "tests/actors/names.hpp"

using namespace scalesmall;
using namespace scalesmall::names;

TEST_CASE("a broadcast is known again by any of its hops") {
  seen_broadcasts served;
  const auto hop = [](std::uint8_t origin, std::vector<broadcast_id> other_ids) {
    return gossip{{nth(origin), 7}, {}, std::move(other_ids), {}, {}, {}};
  };
  CHECK_FALSE(served.note(hop(2, {{nth(1), 7}})).again);
  CHECK(served.note(hop(2, {})).again);
  CHECK(served.note(hop(3, {{nth(1), 7}})).again);
  CHECK(served.note(hop(1, {})).again);
  CHECK_FALSE(served.note(hop(4, {{nth(5), 7}})).again);
  for (std::uint64_t n = 100; n < 100 + seen_broadcasts::ids_max; ++n)
    CHECK_FALSE(served.note(gossip{{nth(6), n}, {}, {}, {}, {}, {}}).again);
  CHECK(served.note(hop(4, {})).again);
}

TEST_CASE("whom this node was asked to serve is remembered, by whichever hop it was") {
  seen_broadcasts served;
  const auto asked = [&served](std::uint8_t origin, std::vector<net_id> list) {
    return served.note(gossip{{nth(origin), 7}, {}, {{nth(1), 7}}, std::move(list), {}, {}}).list;
  };
  CHECK(asked(2, {}).empty());
  CHECK(asked(3, {nth(8), nth(7)}) == std::vector{nth(8), nth(7)});
  CHECK(asked(4, {nth(6), nth(7), nth(9)}) == std::vector{nth(6), nth(9)});
  CHECK(asked(2, {nth(6), nth(7), nth(8), nth(9)}).empty());
}

TEST_CASE("what is remembered of lists is bounded") {
  seen_broadcasts served;
  const auto long_list = [](std::uint8_t origin) {
    gossip x{{nth(origin), 7}, {}, {}, {}, {}, {}};
    for (std::uint64_t i = 0; i < seen_broadcasts::members_max; ++i)
      x.distribution_list.push_back({ip_address::from_halves(1, i), 1});
    return x;
  };
  CHECK_FALSE(served.note(long_list(2)).again);
  CHECK(served.note(long_list(2)).list.empty());
  for (const std::uint8_t other : {3, 4}) CHECK_FALSE(served.note(long_list(other)).again);
  CHECK_FALSE(served.note(long_list(2)).again);
}
