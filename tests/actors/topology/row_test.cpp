#include "actors/topology/row.hpp"

#include <cstdint>
#include <optional>
#include <vector>

#include <doctest/doctest.h>

#include "messages/limits.hpp"
#include "tests/actors/names.hpp"

using namespace scalesmall;
using namespace scalesmall::names;

TEST_CASE("a member is interested in the ranges that it wants or serves") {
  const stamp at{5, 1};
  CHECK(interest_of({nth(1)}).is_whole());
  CHECK(interest_of({nth(1), at, {}, {get(nth(1), at)}}).is_whole());
  CHECK(interest_of({nth(1), at, {}, {rmv(nth(1), at, {1, 2})}}).is_whole());
  CHECK(interest_of({nth(1), at, {}, {get(nth(1), at, {1, 2}), add(nth(1), at, {3, 9})}}) ==
        key_set::of({{1, 9}}));
  CHECK(interest_of({nth(1), at, {}, {get(nth(1), at, {1, 2}), rmv(nth(1), at, {3, 9})}}) ==
        key_set::of({{1, 2}}));

  row scattered{nth(1), at};
  for (std::uint32_t n = 0; n <= limits::interest_ranges_max; ++n)
    scattered.claims.push_back(add(nth(1), at, {2 * n, 2 * n}));
  CHECK(interest_of(scattered).is_whole());
}

TEST_CASE("a row holds one claim for each range, the later one") {
  row x{nth(1), {5, 3}};
  CHECK(put_claim(x, add(nth(1), {5, 2}, {10, 19})));
  CHECK(put_claim(x, get(nth(1), {5, 1}, {0, 9})));
  CHECK_FALSE(put_claim(x, rmv(nth(1), {5, 1}, {10, 19})));
  CHECK(put_claim(x, rmv(nth(1), {5, 3}, {10, 19})));
  CHECK(x.claims == std::vector{get(nth(1), {5, 1}, {0, 9}), rmv(nth(1), {5, 3}, {10, 19})});
  CHECK(find_claim(x, {10, 19}) == &x.claims[1]);
  CHECK(find_claim(x, {10, 18}) == nullptr);
  CHECK(touches(x, key_set::of({{15, 15}})));
  CHECK_FALSE(is_active_in(x, key_set::of({{15, 15}})));
  CHECK(is_active_in(x, key_set::of({{5, 5}})));
}

TEST_CASE("a member is one by its claims, or by what others told later") {
  row x{nth(1), {5, 3}, {}, {get(nth(1), {5, 1})}};
  CHECK(is_member(x));
  x.told_presence = {{5, 2}, false};
  CHECK(is_member(x));
  x.told_presence = {{5, 4}, false};
  CHECK_FALSE(is_member(x));
  CHECK(later({{5, 1}, true}, {{5, 2}, false}) == presence{{5, 2}, false});
  CHECK(later({{5, 2}, true}, {{5, 2}, false}) == presence{{5, 2}, false});
}

TEST_CASE("a row is told as a delta only if no removal before it was dropped") {
  row x{nth(1), {5, 3}, {5, 2}, {get(nth(1), {5, 1}), add(nth(1), {5, 3}, {0, 9})}};
  const auto told = [&x](std::optional<stamp> since) {
    message to{"g", {}, {}};
    append_row(to, x, since);
    return to;
  };
  CHECK(told({}).items.size() == 2);
  CHECK(told({}).since.empty());
  CHECK(told(stamp{5, 2}).since == world_clock{{nth(1), {5, 2}}});
  CHECK(told(stamp{5, 2}).items == timed_set{add(nth(1), {5, 3}, {0, 9})});
  CHECK(told(stamp{5, 1}).since.empty());
  CHECK(told(stamp{4, 9}).since.empty());
  CHECK(told(stamp{5, 3}).since.empty());
}
