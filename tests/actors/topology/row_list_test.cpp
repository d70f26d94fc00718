#include "actors/topology/row_list.hpp"

#include <iterator>
#include <map>

#include <doctest/doctest.h>
#include <rapidcheck.h>

using namespace scalesmall;

namespace {

using model = std::map<net_id, std::uint32_t>;  // the counter of each member's row

net_id member(std::uint16_t n) { return {ip_address::v4(10, 0, 0, 1), n}; }

std::uint32_t counter(const row* x) { return x ? x->at.counter : 0; }

model content(const row_list& rows) {
  model all;
  for (const auto& x : rows) {
    const bool ascends = all.empty() || all.rbegin()->first < x->member;
    RC_ASSERT(ascends);
    all.emplace(x->member, x->at.counter);
  }
  RC_ASSERT(rows.size() == all.size());
  RC_ASSERT(rows.empty() == all.empty());
  return all;
}

/// A list and its expected content, with copies of both at earlier times.
struct history {
  row_list rows;
  model expected;
  std::vector<std::pair<row_list, model>> copies;

  void put(std::uint16_t n, std::uint32_t value) {
    const auto former =
        rows.put(std::make_shared<const row>(row{.member = member(n), .at = {1, value}}));
    RC_ASSERT(counter(former.get()) == expected[member(n)]);
    expected[member(n)] = value;
  }

  void erase(std::uint16_t n) {
    const auto known = expected.extract(member(n));
    const auto former = rows.erase(member(n));
    RC_ASSERT(counter(former.get()) == (known ? known.mapped() : 0));
  }

  void check() const {
    RC_ASSERT(content(rows) == expected);
    for (const auto& [copy, then] : copies) RC_ASSERT(content(copy) == then);
  }
};

}  // namespace

TEST_CASE("a row_list of any size behaves like a map by member, and copies do not change") {
  CHECK(rc::check([] {
    const auto members = *rc::gen::element<std::uint16_t>(3, 40, 300);
    history h;
    std::uint32_t value = 0;
    const auto growth = *rc::gen::container<std::vector<std::uint16_t>>(
        members, rc::gen::inRange<std::uint16_t>(0, members));
    for (const auto n : growth) h.put(n, ++value);
    h.copies.emplace_back(h.rows, h.expected);
    for (const auto& [n, put] : *rc::gen::container<std::vector<std::pair<std::uint16_t, bool>>>(
             members, rc::gen::pair(rc::gen::inRange<std::uint16_t>(0, members),
                                    rc::gen::arbitrary<bool>()))) {
      put ? h.put(n, ++value) : h.erase(n);
    }
    h.copies.emplace_back(h.rows, h.expected);
    for (std::uint16_t n = 0; n <= members; ++n)
      RC_ASSERT(counter(h.rows.find(member(n))) ==
                (h.expected.contains(member(n)) ? h.expected.at(member(n)) : 0));
    h.check();
    for (std::uint16_t n = 0; n < members; ++n) h.erase(n);
    h.check();
  }));
}

TEST_CASE("copies share the rows that neither has changed") {
  row_list rows;
  for (std::uint16_t n = 0; n < 1000; ++n)
    rows.put(std::make_shared<const row>(row{.member = member(n)}));
  const auto before = rows;
  rows.put(std::make_shared<const row>(row{.member = member(500), .at = {1, 1}}));
  std::size_t other = 0;
  for (auto a = before.begin(), b = rows.begin(); a != before.end(); ++a, ++b) other += *a != *b;
  CHECK(other == 1);
}
