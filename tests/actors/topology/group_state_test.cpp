#include "actors/topology/group_state.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "messages/digest.hpp"
#include "tests/actors/names.hpp"

using namespace scalesmall;
using namespace scalesmall::names;

namespace {

/// A state that holds the same rows and has never held others.
group_state built_anew(const group_state& of) {
  group_state fresh;
  for (const auto& x : of.all()) fresh.put(*x);
  fresh.settle();
  return fresh;
}

void put_some_row(group_state& state) {
  const auto member = nth(*rc::gen::inRange<std::uint8_t>(1, 6));
  const stamp at{5, *rc::gen::inRange<std::uint32_t>(1, 9)};
  row x{member, at};
  if (*rc::gen::arbitrary<bool>()) put_claim(x, get(member, at));
  const auto claims = *rc::gen::inRange(0, 5);
  for (int i = 0; i < claims; ++i) {
    const auto start = *rc::gen::inRange<std::uint32_t>(0, 9);
    auto claim = add(member, at, {start, start + *rc::gen::inRange<std::uint32_t>(0, 6)});
    claim.item.port = *rc::gen::element<std::uint16_t>(80, 81);
    if (*rc::gen::inRange(0, 3) == 0) claim.item.op = op::rmv;
    put_claim(x, claim);
  }
  state.put(std::move(x));
}

}  // namespace

TEST_CASE("sums and routes are those of the rows, whatever was there before") {
  CHECK(rc::check([] {
    group_state state;
    const auto steps = *rc::gen::inRange(0, 30);
    for (int i = 0; i < steps; ++i) {
      if (*rc::gen::inRange(0, 3) > 0)
        put_some_row(state);
      else
        (void)state.erase(nth(*rc::gen::inRange<std::uint8_t>(1, 6)));
      if (*rc::gen::arbitrary<bool>()) state.settle();
    }
    state.settle();
    const auto fresh = built_anew(state);
    RC_ASSERT(state.hash() == fresh.hash());
    RC_ASSERT(state.members_hash() == fresh.members_hash());
    RC_ASSERT(state.claims() == fresh.claims());
    RC_ASSERT(state.has_narrow() == fresh.has_narrow());
    for (std::uint32_t key = 0; key < 16; ++key)
      RC_ASSERT(std::ranges::equal(state.routes().owners(key), fresh.routes().owners(key)));
  }));
}

TEST_CASE("a row that is complete up to no clock is in no hash of clocks") {
  group_state state;
  state.put({nth(1), {}, {}, {get(nth(1), {5, 1})}});
  CHECK(state.hash() == 0);
  CHECK(clocks_of(state).empty());
  state.put({nth(1), {5, 1}, {}, {get(nth(1), {5, 1})}});
  CHECK(state.hash() == clock_hash({nth(1), {5, 1}}));
  CHECK(clocks_of(state) == world_clock{{nth(1), {5, 1}}});
  CHECK(state.erase(nth(1)));
  CHECK_FALSE(state.erase(nth(1)));
  CHECK(state.hash() == 0);
  CHECK(state.members_hash() == 0);
}

TEST_CASE("routes are as of the last settle") {
  group_state state;
  state.put({nth(1), {5, 1}, {}, {add(nth(1), {5, 1}, {0, 9})}});
  CHECK(state.routes().owners(5).empty());
  state.settle();
  CHECK(state.routes().owners(5).size() == 1);
}
