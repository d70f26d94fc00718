#include <algorithm>
#include <map>
#include <scalesmall/routing_index.hpp>
#include <set>
#include <stdexcept>

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "tests/actors/names.hpp"
#include "tests/messages/allocations.hpp"
#include "tests/messages/generators.hpp"

using namespace scalesmall;

namespace {

constexpr auto last_key = UINT32_MAX;

std::vector<range_owner> by_search(const std::set<range_owner>& all, std::uint32_t key) {
  std::vector<range_owner> found;
  std::ranges::copy_if(all, std::back_inserter(found), [key](const range_owner& x) {
    return x.range.start_range <= key && key <= x.range.end_range;
  });
  return found;
}

/// The keys whose owners may differ from those of an adjacent key.
std::set<std::uint32_t> edges(const std::set<range_owner>& all) {
  std::set<std::uint32_t> keys{0, last_key};
  for (const auto& x : all) {
    keys.insert({x.range.start_range, x.range.end_range});
    if (x.range.start_range > 0) keys.insert(x.range.start_range - 1);
    if (x.range.end_range < last_key) keys.insert(x.range.end_range + 1);
  }
  return keys;
}

/// Keys at a random distance above a place; the distance has a random number of bits.
rc::Gen<std::uint32_t> key_above(std::uint32_t place) {
  return rc::gen::map(rc::gen::pair(rc::gen::inRange(0, 33), rc::gen::arbitrary<std::uint32_t>()),
                      [place](const auto& x) {
                        const auto mask =
                            static_cast<std::uint32_t>((std::uint64_t{1} << x.first) - 1);
                        return place + std::min(x.second & mask, last_key - place);
                      });
}

/// Ranges crowded in a few places, so that they share ends, nest and overlap.
rc::Gen<key_range> range() {
  const auto place = rc::gen::element<std::uint32_t>(0, 0, 0x40000000, 0x7ffffff0, 0xffff0000);
  return rc::gen::mapcat(place, [](std::uint32_t from) {
    return rc::gen::map(rc::gen::pair(key_above(from), key_above(from)), [](const auto& x) {
      return key_range{std::min(x.first, x.second), std::max(x.first, x.second)};
    });
  });
}

rc::Gen<range_owner> an_owner() {
  return rc::gen::map(rc::gen::tuple(rc::gen::inRange<std::uint8_t>(1, 60), range(),
                                     rc::gen::inRange<std::uint16_t>(80, 82)),
                      [](const auto& x) {
                        const auto& [member, range, port] = x;
                        return range_owner{names::nth(member), range, port};
                      });
}

rc::Gen<std::set<range_owner>> owners() {
  return rc::gen::map(
      rc::gen::mapcat(
          rc::gen::inRange<std::size_t>(0, 150),
          [](auto n) { return rc::gen::container<std::vector<range_owner>>(n, an_owner()); }),
      [](const auto& all) { return std::set<range_owner>(all.begin(), all.end()); });
}

std::vector<range_owner> listed(const std::set<range_owner>& x) { return {x.begin(), x.end()}; }

/// n owners of one range each. Each is of another member; its range is a function of 0..n-1.
template <class F>
std::vector<range_owner> many(std::uint32_t n, F range_of) {
  std::vector<range_owner> all;
  for (std::uint32_t i = 0; i < n; ++i) {
    const auto low = static_cast<std::uint8_t>(i);
    const auto high = static_cast<std::uint8_t>(i >> 8);
    all.push_back({{ip_address::v4(10, static_cast<std::uint8_t>(i >> 16), high, low), 29999},
                   range_of(i),
                   80});
  }
  return all;
}

}  // namespace

TEST_CASE("an index names the owners of each key in order") {
  const auto a = names::nth(1);
  const auto b = names::nth(2);
  const routing_index index{{{b, {10, 19}, 80}, {a, {15, 29}, 81}, {a, whole_range, 82}}};
  const range_owner everywhere{a, whole_range, 82};
  CHECK(index.owners(9).to_vector() == std::vector{everywhere});
  CHECK(index.owners(10).to_vector() == std::vector{everywhere, range_owner{b, {10, 19}, 80}});
  CHECK(index.owners(15).to_vector() ==
        std::vector{everywhere, range_owner{a, {15, 29}, 81}, range_owner{b, {10, 19}, 80}});
  CHECK(index.owners(20).to_vector() == std::vector{everywhere, range_owner{a, {15, 29}, 81}});
  CHECK(index.owners(20).front() == everywhere);
  CHECK(index.owners(20).size() == 2);
  CHECK(index.owners(last_key).to_vector() == std::vector{everywhere});
  CHECK(index.size() == 3);
}

TEST_CASE("an empty index has no owners and takes no memory") {
  const routing_index none;
  CHECK(none.owners(0).empty());
  CHECK(none.owners(last_key).size() == 0);
  CHECK(none.all().empty());
  CHECK(none.memory_bytes() == 0);
  CHECK(routing_index{{{names::nth(1), {0, 9}, 80}}}
            .changed({{names::nth(1), {0, 9}, 80}}, {})
            .memory_bytes() == 0);
}

TEST_CASE("the first and the last key can have owners") {
  const auto a = names::nth(1);
  const routing_index index{{{a, {0, 0}, 80}, {a, {last_key, last_key}, 80}}};
  CHECK(index.owners(0).size() == 1);
  CHECK(index.owners(1).empty());
  CHECK(index.owners(last_key - 1).empty());
  CHECK(index.owners(last_key).size() == 1);
}

TEST_CASE("an index finds the same owners as a linear search") {
  CHECK(rc::check([] {
    const auto all = *owners();
    const routing_index index{listed(all)};
    RC_ASSERT(index.size() == all.size());
    RC_ASSERT(index.all() == listed(all));
    for (const auto key : edges(all)) {
      const auto truth = by_search(all, key);
      const auto found = index.owners(key);
      RC_ASSERT(found.to_vector() == truth);
      RC_ASSERT(found.size() == truth.size());
      RC_ASSERT(found.empty() == truth.empty());
    }
  }));
}

TEST_CASE("a changed index equals a rebuilt one, and the old one does not change") {
  CHECK(rc::check([] {
    auto all = *owners();
    routing_index index{listed(all)};
    for (int step = 0; step < 3; ++step) {
      const auto before = all;
      const auto old = index;
      std::vector<range_owner> gone;
      const auto one_in = *rc::gen::inRange(1, 5);
      for (const auto& x : all) {
        if (*rc::gen::inRange(0, one_in) == 0) gone.push_back(x);
      }
      for (const auto& x : gone) all.erase(x);
      std::vector<range_owner> come;
      for (const auto& x : *owners()) {
        if (all.insert(x).second) come.push_back(x);
      }
      index = index.changed(gone, come);
      const routing_index rebuilt{listed(all)};
      RC_ASSERT(index.all() == listed(all));
      RC_ASSERT(index.size() == all.size());
      for (const auto key : edges(all)) {
        RC_ASSERT(index.owners(key).to_vector() == rebuilt.owners(key).to_vector());
        RC_ASSERT(index.owners(key).to_vector() == by_search(all, key));
      }
      for (const auto key : edges(before))
        RC_ASSERT(old.owners(key).to_vector() == by_search(before, key));
    }
  }));
}

TEST_CASE("an impossible change throws") {
  const range_owner x{names::nth(1), {10, 19}, 80};
  const range_owner y{names::nth(1), whole_range, 80};
  const routing_index index{{x, y}};
  CHECK_THROWS_AS(static_cast<void>(index.changed({}, {x})), std::logic_error);
  CHECK_THROWS_AS(static_cast<void>(index.changed({}, {y})), std::logic_error);
  const range_owner other{names::nth(2), {10, 19}, 80};
  CHECK_THROWS_AS(static_cast<void>(index.changed({other}, {})), std::logic_error);
  CHECK_THROWS_AS(static_cast<void>(index.changed({x, x}, {})), std::logic_error);
  CHECK_THROWS_AS((routing_index{{x, x}}), std::logic_error);
}

TEST_CASE("an owner that is both added and removed changes nothing") {
  const range_owner x{names::nth(1), {10, 19}, 80};
  const range_owner y{names::nth(1), whole_range, 80};
  const routing_index index{{x}};
  CHECK(index.changed({x}, {x}).all() == index.all());
  CHECK(index.changed({y}, {y}).all() == index.all());
  CHECK(index.changed({x, y, y}, {y, x, y}).all() == index.all());
}

TEST_CASE("a lookup does not allocate") {
  auto all = many(1000, [](auto i) { return key_range{i * 1000, i * 1000 + 2500}; });
  all.push_back({names::nth(1), whole_range, 80});
  const routing_index index{all};
  const auto before = allocated_bytes();
  std::size_t found = 0;
  for (std::uint32_t key = 0; key < 1'000'000; key += 100) {
    for (const auto& x : index.owners(key)) found += x.port;
  }
  CHECK(allocated_bytes() == before);
  CHECK(found > 0);
}

TEST_CASE("memory is nearly linear even if ranges overlap") {
  constexpr std::uint32_t n = 20'000;
  const auto bytes_each = [](const std::vector<range_owner>& all) {
    return routing_index{all}.memory_bytes() / all.size();
  };
  const auto side_by_side = [](std::uint32_t i) {
    return key_range{i * 200'000, i * 200'000 + 199'999};
  };
  CHECK(bytes_each(many(n, side_by_side)) < 150);
  auto under_one = many(n, side_by_side);
  under_one.push_back({names::nth(1), whole_range, 80});
  CHECK(bytes_each(under_one) < 150);
  CHECK(bytes_each(many(n, [](auto) { return whole_range; })) < 100);
  CHECK(bytes_each(many(n, [](auto) { return key_range{7, 7'000'000}; })) < 3'000);
  CHECK(bytes_each(many(n, [](auto i) { return key_range{i, last_key - i}; })) < 3'000);
  CHECK(bytes_each(many(n, [](auto i) { return key_range{i, i + n}; })) < 3'000);
}

TEST_CASE("adjacent keys take no more memory than keys far apart") {
  const auto crowded = many(100, [](auto i) { return key_range{i, i}; });
  const auto apart = many(100, [](auto i) { return key_range{i << 24, i << 24}; });
  CHECK(routing_index{crowded}.memory_bytes() == routing_index{apart}.memory_bytes());
}

TEST_CASE("an index with one changed range shares the rest") {
  const auto all = many(20'000, [](auto i) {
    return key_range{i * 200'000, i * 200'000 + 199'999};
  });
  const routing_index index{all};
  auto moved = all[5'000];
  moved.port = 81;
  const auto before = allocated_bytes();
  const auto next = index.changed({all[5'000]}, {moved});
  CHECK(allocated_bytes() - before < 100'000);
  CHECK(next.owners(moved.range.start_range).front() == moved);
  CHECK(index.owners(moved.range.start_range).front() == all[5'000]);
}
