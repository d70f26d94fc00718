#include "messages/key_set.hpp"

#include <algorithm>
#include <stdexcept>

#include <doctest/doctest.h>
#include <rapidcheck.h>

using namespace scalesmall;

namespace {

/// Ranges that touch, overlap and lie at both ends of all keys.
std::vector<key_range> some_ranges() {
  const auto end = rc::gen::oneOf(rc::gen::inRange<std::uint32_t>(0, 12),
                                  rc::gen::inRange<std::uint32_t>(UINT32_MAX - 5, UINT32_MAX),
                                  rc::gen::just(UINT32_MAX));
  return *rc::gen::nonEmpty(rc::gen::container<std::vector<key_range>>(
      rc::gen::map(rc::gen::pair(end, end), [](const auto& x) {
        return key_range{std::min(x.first, x.second), std::max(x.first, x.second)};
      })));
}

/// The keys near both ends of all keys, where the ranges above are.
std::vector<std::uint32_t> some_keys() {
  std::vector<std::uint32_t> keys;
  for (std::uint32_t i = 0; i < 14; ++i) {
    keys.push_back(i);
    keys.push_back(UINT32_MAX - i);
  }
  return keys;
}

bool holds(std::span<const key_range> ranges, std::uint32_t key) {
  return std::ranges::any_of(
      ranges, [key](const auto& x) { return x.start_range <= key && key <= x.end_range; });
}

bool has(const key_set& x, std::uint32_t key) { return x.touches({key, key}); }

}  // namespace

TEST_CASE("a set of keys is the union of its ranges") {
  CHECK(key_set{}.is_whole());
  CHECK(key_set::of({whole_range, {1, 2}}) == key_set{});
  CHECK(key_set::of({{6, UINT32_MAX}, {0, 5}}) == key_set{});
  CHECK(to_string(key_set::of({{10, 12}, {3, 4}, {1, 2}})) == "1..4 10..12");
  CHECK_THROWS_AS((void)key_set::of({}), std::invalid_argument);
  CHECK_THROWS_AS((void)key_set::of({{2, 1}}), std::invalid_argument);
}

TEST_CASE("the empty set has no keys") {
  const auto none = key_set::none();
  const auto some = key_set::of({{1, 2}});
  CHECK(none.is_none());
  CHECK_FALSE(none.is_whole());
  CHECK_FALSE(none.touches(whole_range));
  CHECK(none.covers(none));
  CHECK_FALSE(none.covers(some));
  CHECK(some.covers(none));
  CHECK(intersection(none, {}) == none);
  CHECK(intersection(some, none) == none);
  CHECK(key_set{} < none);
  CHECK(none < some);
  CHECK_FALSE(key_set{}.is_none());
}

TEST_CASE("a set of keys behaves like a set of numbers") {
  CHECK(rc::check([] {
    const auto ranges = some_ranges();
    const auto a = key_set::of(ranges);
    const auto b = key_set::of(some_ranges());
    const auto both = intersection(a, b);
    bool all = true;
    bool none = true;
    for (const auto key : some_keys()) {
      RC_ASSERT(has(a, key) == holds(ranges, key));
      const bool in_both = has(a, key) && has(b, key);
      RC_ASSERT(has(both, key) == in_both);
      all &= in_both || !has(b, key);
      none &= !in_both;
    }
    RC_ASSERT(a.covers(b) == all);
    RC_ASSERT(both.is_none() == none);
    for (const auto& range : b.ranges())
      RC_ASSERT(a.touches(range) != intersection(a, key_set::of({range})).is_none());
    for (std::size_t i = 1; i < a.ranges().size(); ++i)
      RC_ASSERT(a.ranges()[i - 1].end_range + 1 < a.ranges()[i].start_range);
  }));
}
