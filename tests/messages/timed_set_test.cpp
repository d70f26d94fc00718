#include "messages/timed_set.hpp"

#include <array>
#include <cstddef>
#include <vector>

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "tests/messages/generators.hpp"

using namespace scalesmall;

namespace {

const net_id a{ip_address::v4(10, 0, 0, 1), 1};
const net_id b{ip_address::v4(10, 0, 0, 2), 1};

timed_set merged(timed_set x, const timed_set& y) {
  x.merge(y);
  return x;
}

/// All 64 sets of at most one claim for each of three keys, out of three claims per key. Two of
/// these differ in the stamp; two have one stamp and differ in op and port.
std::vector<timed_set> all_small_sets() {
  const std::array keys{item{a, {0, 9}}, item{a, {0, 99}}, item{b, {0, 9}}};
  const std::array<timed_item, 3> claims{{{{{}, {}, op::add, 2}, {1, 0}},
                                          {{{}, {}, op::add, 2}, {1, 1}},
                                          {{{}, {}, op::rmv, 1}, {1, 1}}}};
  const auto choices = claims.size() + 1;
  std::vector<timed_set> all;
  for (std::size_t code = 0; code < choices * choices * choices; ++code) {
    timed_set x;
    auto rest = code;
    for (const auto& key : keys) {
      if (const auto choice = rest % choices; choice != 0) {
        auto claim = claims[choice - 1];
        claim.item.member = key.member;
        claim.item.range = key.range;
        x.put(claim);
      }
      rest /= choices;
    }
    all.push_back(x);
  }
  return all;
}

}  // namespace

TEST_CASE("merge is a join of all small sets") {
  const auto all = all_small_sets();
  REQUIRE(all.size() == 64);
  std::size_t broken = 0;
  for (const auto& x : all) {
    broken += merged(x, x) != x;
    for (const auto& y : all) {
      const auto both = merged(x, y);
      broken += both != merged(y, x);
      for (const auto& z : all) broken += merged(both, z) != merged(x, merged(y, z));
    }
  }
  CHECK(broken == 0);
}

TEST_CASE("merge is a join of any sets") {
  CHECK(rc::check("idempotent", [](const timed_set& x) {
    auto y = x;
    RC_ASSERT_FALSE(y.merge(x));
    RC_ASSERT(y == x);
  }));
  CHECK(rc::check("commutative", [](const timed_set& x, const timed_set& y) {
    RC_ASSERT(merged(x, y) == merged(y, x));
  }));
  CHECK(rc::check("associative", [](const timed_set& x, const timed_set& y, const timed_set& z) {
    RC_ASSERT(merged(merged(x, y), z) == merged(x, merged(y, z)));
  }));
  CHECK(rc::check("the same as to put one by one, and says whether anything changed",
                  [](const timed_set& x, const timed_set& y) {
                    auto both = x;
                    const bool changed = both.merge(y);
                    RC_ASSERT(changed == (both != x));
                    auto one_by_one = x;
                    for (const auto& claim : y.items()) one_by_one.put(claim);
                    RC_ASSERT(both == one_by_one);
                  }));
}

TEST_CASE("a set is sorted by key and holds a key once, whatever the order of arrival") {
  CHECK(rc::check("any order", [](const std::vector<timed_item>& claims) {
    timed_set x;
    for (const auto& claim : claims) x.put(claim);
    timed_set y;
    for (auto i = claims.rbegin(); i != claims.rend(); ++i) y.put(*i);
    RC_ASSERT(x == y);
    const auto items = x.items();
    for (std::size_t i = 1; i < items.size(); ++i)
      RC_ASSERT(is_lt(compare_keys(items[i - 1], items[i])));
  }));
}

TEST_CASE("claims are found by key and by member") {
  const timed_item first{{a, {0, 9}, op::add, 1}, {1, 1}};
  const timed_item second{{a, {5, 7}, op::get, 0}, {1, 2}};
  const timed_item other{{b, {0, 9}, op::rmv, 1}, {1, 1}};
  const timed_set x{other, second, first};
  CHECK(*x.find(a, {5, 7}) == second);
  CHECK(x.find(a, {5, 8}) == nullptr);
  CHECK(x.find(b, {5, 7}) == nullptr);
  CHECK(x.row(a).size() == 2);
  CHECK(x.row(a)[0] == first);
  CHECK(x.row(b).size() == 1);
  CHECK(x.row({b.address, 9}).empty());
  CHECK(to_string(x) ==
        "10.0.0.1:1 add 0..9 port 1 clock 1.1\n10.0.0.1:1 get 5..7 port 0 clock 1.2\n10.0.0.2:1 "
        "rmv 0..9 port 1 clock 1.1\n");
}

TEST_CASE("replace_row replaces one row and keeps the others") {
  CHECK(rc::check("longer, shorter, empty or new",
                  [](const timed_set& x, const timed_set& y, const net_id& member) {
                    auto changed = x;
                    changed.replace_row(member, y.row(member));
                    const auto row = changed.row(member);
                    const auto wanted = y.row(member);
                    RC_ASSERT(std::equal(row.begin(), row.end(), wanted.begin(), wanted.end()));
                    timed_set expected;
                    for (const auto& claim : x.items()) {
                      if (claim.item.member != member) expected.put(claim);
                    }
                    for (const auto& claim : wanted) expected.put(claim);
                    RC_ASSERT(changed == expected);
                  }));
}

TEST_CASE("only claims in order become a set") {
  const timed_item first{{a, {0, 9}, op::add, 1}, {1, 1}};
  const timed_item second{{a, {0, 10}, op::add, 1}, {1, 1}};
  CHECK(timed_set::from_sorted({}).value().empty());
  CHECK(timed_set::from_sorted({first, second}).value() == timed_set{second, first});
  CHECK(timed_set::from_sorted({second, first}).error() == fault::not_sorted);
  CHECK(timed_set::from_sorted({first, first}).error() == fault::not_sorted);
}
