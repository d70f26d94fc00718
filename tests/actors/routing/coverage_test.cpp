#include <algorithm>
#include <scalesmall/coverage.hpp>
#include <set>

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "tests/actors/names.hpp"
#include "tests/messages/generators.hpp"

using namespace scalesmall;

namespace {

const auto a = names::nth(1);
const auto b = names::nth(2);

using pieces = std::vector<coverage_piece>;

pieces listed(const coverage& x) { return {x.pieces().begin(), x.pieces().end()}; }

}  // namespace

TEST_CASE("without owners all keys are one gap") {
  const coverage none{routing_index{}};
  CHECK(listed(none) == pieces{{whole_range, 0}});
  CHECK(none.gaps() == std::vector{whole_range});
  CHECK(none.overlaps().empty());
  CHECK(none.keys_served() == 0);
}

TEST_CASE("an owner of all keys leaves no gap") {
  const coverage all{routing_index{{{a, whole_range, 80}}}};
  CHECK(listed(all) == pieces{{whole_range, 1}});
  CHECK(all.gaps().empty());
  CHECK(all.keys_served() == std::uint64_t{1} << 32);
}

TEST_CASE("pieces end where ranges begin and end") {
  const coverage some{routing_index{{{a, {10, 29}, 80}, {b, {20, 39}, 80}, {b, {40, 49}, 81}}}};
  CHECK(listed(some) == pieces{{{0, 9}, 0},
                               {{10, 19}, 1},
                               {{20, 29}, 2},
                               {{30, 39}, 1},
                               {{40, 49}, 1},
                               {{50, UINT32_MAX}, 0}});
  CHECK(some.gaps() == std::vector<key_range>{{0, 9}, {50, UINT32_MAX}});
  CHECK(some.overlaps() == pieces{{{20, 29}, 2}});
  CHECK(some.keys_served() == 40);
  CHECK(some.owners(some.pieces()[2]).to_vector() ==
        std::vector<range_owner>{{a, {10, 29}, 80}, {b, {20, 39}, 80}});
  CHECK(some.owners(some.pieces()[0]).empty());
}

TEST_CASE("keys of unreachable owners alone are no gap") {
  const coverage some{routing_index{{{a, {10, 29}, 80}}}, routing_index{{{b, {20, 39}, 81}}}};
  CHECK(listed(some) == pieces{{{0, 9}, 0, 0},
                               {{10, 19}, 1, 0},
                               {{20, 29}, 1, 1},
                               {{30, 39}, 0, 1},
                               {{40, UINT32_MAX}, 0, 0}});
  CHECK(some.gaps() == std::vector<key_range>{{0, 9}, {40, UINT32_MAX}});
  CHECK(some.unreachable() == std::vector<key_range>{{30, 39}});
  CHECK(some.overlaps().empty());
  CHECK(some.keys_served() == 20);
  CHECK(some.owners(some.pieces()[2]).to_vector() == std::vector<range_owner>{{a, {10, 29}, 80}});
  CHECK(some.unreachable_owners(some.pieces()[2]).to_vector() ==
        std::vector<range_owner>{{b, {20, 39}, 81}});
}

TEST_CASE("a member that serves a key with two ranges counts once") {
  const coverage some{routing_index{{{a, {0, 99}, 80}, {a, {50, UINT32_MAX}, 81}}}};
  CHECK(listed(some) == pieces{{{0, 49}, 1}, {{50, 99}, 1}, {{100, UINT32_MAX}, 1}});
  CHECK(some.overlaps().empty());
}

TEST_CASE("pieces hold every key once, with its number of members") {
  CHECK(rc::check([](const std::vector<timed_item>& claims) {
    std::set<range_owner> owners;
    for (const auto& x : claims) owners.insert({x.item.member, x.item.range, x.item.port});
    const routing_index index{{owners.begin(), owners.end()}};
    const coverage all{index};
    std::uint64_t next = 0;
    for (const auto& x : all.pieces()) {
      RC_ASSERT(x.range.start_range == next);
      RC_ASSERT(x.range.end_range >= next);
      next = std::uint64_t{x.range.end_range} + 1;
      for (const auto key : {x.range.start_range, x.range.end_range}) {
        const auto found = index.owners(key).to_vector();
        RC_ASSERT(found == all.owners(x).to_vector());
        std::set<net_id> members;
        for (const auto& y : found) members.insert(y.member);
        RC_ASSERT(members.size() == x.members);
      }
    }
    RC_ASSERT(next == std::uint64_t{1} << 32);
  }));
}
