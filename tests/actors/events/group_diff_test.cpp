#include "actors/events/group_diff.hpp"

#include <algorithm>
#include <map>
#include <memory>
#include <set>

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "tests/actors/names.hpp"
#include "tests/messages/generators.hpp"

using namespace scalesmall;
using names::add;
using names::get;
using names::nth;
using names::rmv;

namespace {

using events = std::vector<group_event>;

const auto a = nth(1);
const auto b = nth(2);

group_state of(std::vector<row> rows) {
  group_state group;
  for (auto& x : rows) group.put(std::move(x));
  return group;
}

row row_of(const net_id& member, stamp at, std::vector<timed_item> claims) {
  return {member, at, {}, std::move(claims)};
}

/// The state that a subscriber builds from events. Checks that each event is possible.
struct believer {
  std::set<net_id> members;
  std::set<range_owner> owners;
  std::set<net_id> unreachable;

  void hear(const group_event& event) {
    std::visit([this](const auto& x) { believe(x); }, event);
  }
  void believe(const member_joined& x) { RC_ASSERT(members.insert(x.member).second); }
  void believe(const member_left& x) {
    RC_ASSERT(members.erase(x.member) == 1);
    unreachable.erase(x.member);
  }
  void believe(const range_added& x) {
    RC_ASSERT(members.contains(x.what.member));
    RC_ASSERT(owners.insert(x.what).second);
  }
  void believe(const range_removed& x) {
    RC_ASSERT(members.contains(x.what.member));
    RC_ASSERT(owners.erase(x.what) == 1);
  }
  void believe(const member_unreachable& x) {
    RC_ASSERT(members.contains(x.member));
    RC_ASSERT(unreachable.insert(x.member).second);
  }
  void believe(const member_reachable& x) {
    RC_ASSERT(members.contains(x.member));
    RC_ASSERT(unreachable.erase(x.member) == 1);
  }
};

believer truth(const group_state& group) {
  believer all;
  for (const auto& x : group.all()) {
    if (is_member(*x) || is_active_in(*x, {})) {
      all.members.insert(x->member);
      if (group.is_hidden(x->member)) all.unreachable.insert(x->member);
    }
    for (const auto& [what, at] : x->claims) {
      if (what.op == op::add) all.owners.insert({what.member, what.range, what.port});
    }
  }
  return all;
}

/// A random group of four members. Some rows are those of `like`, others are new or missing.
group_state any_group(const group_state& like) {
  auto group = like;
  for (std::uint8_t n = 1; n <= 4; ++n) {
    if (*rc::gen::inRange(0, 3) == 0) {
      group.erase(nth(n));
    } else if (*rc::gen::inRange(0, 2) == 0) {
      row x{nth(n), *rc::gen::arbitrary<stamp>()};
      x.told_presence = {*rc::gen::arbitrary<stamp>(), *rc::gen::arbitrary<bool>()};
      const auto drawn = *rc::gen::arbitrary<timed_set>();
      for (auto claim : drawn.items()) {
        claim.item.member = nth(n);
        put_claim(x, claim);
      }
      group.put(std::move(x));
    }
  }
  if (*rc::gen::inRange(0, 2) == 0) {
    std::vector<net_id> hidden;
    for (std::uint8_t n = 1; n <= 4; ++n) {
      if (*rc::gen::inRange(0, 3) == 0) hidden.push_back(nth(n));
    }
    group.hide(std::make_shared<const std::vector<net_id>>(std::move(hidden)));
  }
  return group;
}

}  // namespace

TEST_CASE("a member joins, serves, moves, stops serving and leaves") {
  const auto joined = of({row_of(a, {5, 0}, {get(a, {5, 0})})});
  CHECK(group_changes({}, joined) == events{member_joined{a, {5, 0}}});

  const auto serving = of({row_of(a, {5, 1}, {get(a, {5, 0}), add(a, {5, 1}, {1, 9}, 80)})});
  CHECK(group_changes(joined, serving) == events{range_added{{a, {1, 9}, 80}, {5, 1}}});

  const auto moved = of({row_of(a, {5, 2}, {get(a, {5, 0}), add(a, {5, 2}, {1, 9}, 81)})});
  CHECK(group_changes(serving, moved) ==
        events{range_removed{{a, {1, 9}, 80}, {5, 2}}, range_added{{a, {1, 9}, 81}, {5, 2}}});

  const auto idle = of({row_of(a, {5, 3}, {get(a, {5, 0}), rmv(a, {5, 3}, {1, 9}, 81)})});
  CHECK(group_changes(moved, idle) == events{range_removed{{a, {1, 9}, 81}, {5, 3}}});

  const auto left = of({row_of(a, {5, 4}, {rmv(a, {5, 4}, whole_range), rmv(a, {5, 4}, {1, 9})})});
  CHECK(group_changes(idle, left) == events{member_left{a, {5, 4}}});
  CHECK(group_changes(moved, left) ==
        events{range_removed{{a, {1, 9}, 81}, {5, 4}}, member_left{a, {5, 4}}});
  CHECK(group_changes(left, {}).empty());
}

TEST_CASE("a member known only by its presence joins and leaves, too, and leaves last") {
  const auto heard = of({{a, {}, {}, {}, {{5, 3}, true}}});
  const auto left = of({{a, {}, {}, {}, {{5, 4}, false}}});
  CHECK(group_changes({}, heard) == events{member_joined{a, {5, 3}}});
  CHECK(group_changes(heard, left) == events{member_left{a, {5, 4}}});

  auto serving = row_of(a, {5, 1}, {add(a, {5, 1}, {1, 9}, 80)});
  const auto before = of({serving});
  serving.told_presence = {{5, 4}, false};
  const auto outdated = of({serving});
  CHECK(group_changes(before, outdated).empty());
  CHECK(group_changes(outdated, left) ==
        events{range_removed{{a, {1, 9}, 80}, {0, 0}}, member_left{a, {5, 4}}});
}

TEST_CASE("the events of a member are in the order of its clock") {
  const auto now = of({row_of(
      a, {5, 4},
      {get(a, {5, 1}), add(a, {5, 4}, {1, 1}), add(a, {5, 2}, {2, 2}), add(a, {5, 3}, {3, 3})})});
  CHECK(group_changes({}, now) ==
        events{member_joined{a, {5, 1}}, range_added{{a, {2, 2}, 80}, {5, 2}},
               range_added{{a, {3, 3}, 80}, {5, 3}}, range_added{{a, {1, 1}, 80}, {5, 4}}});
}

TEST_CASE("a claim repeated under a newer clock makes no event") {
  const auto once = of({row_of(a, {5, 1}, {add(a, {5, 1}, {1, 9})})});
  const auto again = of({row_of(a, {6, 1}, {add(a, {6, 1}, {1, 9})})});
  CHECK(group_changes(once, again).empty());
  CHECK(group_changes(once, once).empty());
}

TEST_CASE("a dropped row removes its ranges and its member") {
  const auto two = of({row_of(a, {5, 1}, {add(a, {5, 1}, {1, 9})}),
                       row_of(b, {7, 2}, {add(b, {7, 1}, {1, 9}), add(b, {7, 2}, {2, 3})})});
  auto one = two;
  one.erase(b);
  CHECK(group_changes(two, one) == events{range_removed{{b, {1, 9}, 80}, {7, 2}},
                                          range_removed{{b, {2, 3}, 80}, {7, 2}},
                                          member_left{b, {7, 2}}});
}

TEST_CASE("a member becomes unreachable, stays one, and returns") {
  const auto seen = of({row_of(a, {5, 1}, {get(a, {5, 0}), add(a, {5, 1}, {1, 9})})});
  auto hidden = seen;
  hidden.hide(std::make_shared<const std::vector<net_id>>(std::vector{a}));
  CHECK(group_changes(seen, hidden) == events{member_unreachable{a, {5, 1}}});
  CHECK(group_changes(hidden, hidden).empty());
  CHECK(group_changes(hidden, seen) == events{member_reachable{a, {5, 1}}});
  CHECK(group_changes({}, hidden) == events{member_joined{a, {5, 0}},
                                            range_added{{a, {1, 9}, 80}, {5, 1}},
                                            member_unreachable{a, {5, 1}}});
  CHECK(group_changes(hidden, {}) ==
        events{range_removed{{a, {1, 9}, 80}, {5, 1}}, member_left{a, {5, 1}}});
}

TEST_CASE("all events together give the present state") {
  CHECK(rc::check([] {
    group_state state;
    believer told;
    for (int step = 0; step < 5; ++step) {
      const auto next = any_group(state);
      for (const auto& event : group_changes(state, next)) told.hear(event);
      const auto true_now = truth(next);
      RC_ASSERT(told.members == true_now.members);
      RC_ASSERT(told.owners == true_now.owners);
      RC_ASSERT(told.unreachable == true_now.unreachable);
      state = next;
    }
  }));
}

TEST_CASE("the routing index has the owners that are reachable, hidden_owners the others") {
  CHECK(rc::check([] {
    group_state state;
    for (int step = 0; step < 5; ++step) {
      for (int n = *rc::gen::inRange(1, 4); n > 0; --n) state = any_group(state);
      state.settle();
      const auto true_now = truth(state);
      std::vector<range_owner> reachable;
      std::vector<range_owner> others;
      for (const auto& x : true_now.owners)
        (state.is_hidden(x.member) ? others : reachable).push_back(x);
      auto hidden = state.hidden_owners();
      std::ranges::sort(hidden);
      RC_ASSERT(state.routes().all() == reachable);
      RC_ASSERT(hidden == others);
    }
  }));
}
