#include "actors/topology/gossip_slices.hpp"

#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "net/rng.hpp"
#include "tests/actors/names.hpp"

using namespace scalesmall;
using namespace scalesmall::names;

namespace {

net_id member(std::uint64_t n) { return {ip_address::from_halves(1, n), 1}; }

std::vector<message> parts_of(const gossip& x) {
  gossip_slices parts{std::make_shared<gossip>(x)};
  std::vector<message> all;
  while (auto part = parts.next()) all.push_back(std::move(*part));
  return all;
}

std::size_t entries(const message& x) { return x.time.clocks().size() + x.items.size(); }

}  // namespace

TEST_CASE("a short gossip is one slice for each message") {
  const message first{"a", {{nth(2), {5, 1}}}, {get(nth(2), {5, 1})}};
  const message second{"b", {{nth(2), {5, 1}}}, {}, {{nth(2), {5, 0}}}, key_set::of({{1, 2}})};
  const gossip x{{nth(2), 1}, {}, {}, {}, {first, second}, {}};
  CHECK_FALSE(needs_slicing(x));
  CHECK(parts_of(x) == x.messages);
  CHECK(parts_of({}).empty());
}

TEST_CASE("the slices of a long gossip add up to it, and each row is in one of them") {
  rng random{3};
  gossip x;
  for (const auto* name : {"a", "b"}) {
    message rows{name, {}, {}};
    for (std::uint64_t n = 0; n < 3'000; ++n) {
      const stamp at{5, 7};
      // Some rows have a clock, some are deltas, some have only claims.
      const bool complete = random.chance(0.9);
      if (complete) rows.time.advance({member(n), at});
      if (complete && random.chance(0.3)) rows.since.advance({member(n), {5, 2}});
      for (std::uint32_t i = complete ? 0 : 1; i < random.below(4); ++i)
        rows.items.put(add(member(n), at, {i, i}));
    }
    x.messages.push_back(std::move(rows));
  }
  CHECK(needs_slicing(x));
  const auto parts = parts_of(x);
  CHECK(parts.size() > 8);
  std::vector<message> together;
  for (const auto& part : parts) {
    CHECK(entries(part) <= gossip_slices::slice_entries_max + 4);
    if (together.empty() || together.back().group_name != part.group_name) {
      together.push_back(part);
      continue;
    }
    CHECK(together.back().time.clocks().back() < part.time.clocks().front());
    for (const auto& claim : part.items.items()) {
      CHECK(together.back().items.row(claim.item.member).empty());
    }
    merge(together.back(), part);
  }
  CHECK(together == x.messages);
}

TEST_CASE("a row is never cut") {
  message rows{"a", {{member(1), {5, 1}}, {member(2), {5, 1}}}, {}};
  for (std::uint32_t i = 0; i < 5'000; ++i) rows.items.put(add(member(1), {5, 1}, {i, i}));
  rows.items.put(add(member(2), {5, 1}, {1, 1}));
  const auto parts = parts_of({{nth(2), 1}, {}, {}, {}, {rows}, {}});
  REQUIRE(parts.size() == 2);
  CHECK(parts[0].items.size() == 5'000);
  CHECK(parts[1].items.size() == 1);
}
