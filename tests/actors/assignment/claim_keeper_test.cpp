#include "actors/assignment/claim_keeper.hpp"

#include <doctest/doctest.h>

#include "tests/actors/tables.hpp"

using namespace scalesmall;
using names::nth;
using slot_effects::claim;

namespace {

constexpr plan_settings one_of_four{1, 4};
const std::string records = plan_group(one_of_four, "g");

/// A node whose claims are made as its keeper wants them.
struct claims_to_keep {
  topology_table t = names::table_of(1);
  claim_keeper keeper{"g", one_of_four, 80};
  std::optional<plan_member> me = {};

  claim_keeper::changes wanted() { return keeper.compare(t.state(), me); }
  void make() {
    const auto todo = wanted();
    if (todo.join_group) REQUIRE(t.join("g"));
    if (todo.join_plan) REQUIRE(t.join(records));
    if (todo.plan) REQUIRE(t.set_items(records, *todo.plan));
    if (!todo.add.empty()) REQUIRE(t.add_items("g", todo.add));
    for (const auto& x : todo.remove) REQUIRE(t.remove_item("g", x.range, x.port));
    CHECK(wanted().none());
  }
  std::size_t served() const { return items(t.state(), "g", op::add).size(); }
  std::size_t planned() const { return items(t.state(), records, op::add).size(); }
};

}  // namespace

TEST_CASE("claims are made and taken back as the slots move") {
  claims_to_keep x;
  x.make();
  CHECK(members(x.t.state(), records) == std::vector{nth(1)});
  x.me = plan_member{nth(1), 7, 3};
  x.keeper.note({0, claim::get});
  x.keeper.note({1, claim::get});
  CHECK(x.wanted().plan->size() == 3);
  x.make();
  CHECK(x.planned() == 3);
  x.keeper.note({0, claim::add});
  x.keeper.note({1, claim::rmv});  // the load failed
  x.make();
  CHECK(x.served() == 1);
  CHECK(x.planned() == 1);
  x.me->capacity = 4;
  x.make();
  CHECK(items(x.t.state(), records, op::add)[0].item.port == 4);
  x.keeper.note({0, claim::rmv});
  x.make();
  CHECK(x.served() == 0);
}

TEST_CASE("claims by hand are left alone") {
  claims_to_keep x;
  REQUIRE(x.t.add_item("g", slot_range(0, 4), 99));
  REQUIRE(x.t.add_item("g", {1, 5}, 80));
  x.keeper.note({1, claim::add});
  x.make();
  CHECK(x.served() == 3);
  x.keeper.give_up_all();
  x.make();
  CHECK(x.served() == 2);
}

TEST_CASE("what stands of a former life is gone on with") {
  claims_to_keep x;
  x.me = plan_member{nth(1), 0, 1};
  x.keeper.note({0, claim::add});
  x.keeper.note({2, claim::add});
  x.keeper.note({3, claim::get});
  x.make();
  claim_keeper next{"g", one_of_four, 80};
  const auto former = next.resume(x.t.state());
  CHECK(former.takes_part);
  CHECK(former.slots == std::vector<std::uint32_t>{0, 2});
  x.keeper = next;
  CHECK(x.wanted().plan->size() == 1);  // it no longer loads
  x.make();
  CHECK(x.served() == 2);
  CHECK(!claim_keeper{"g", one_of_four, 81}.resume(names::table_of(2).state()).takes_part);
}

TEST_CASE("a claim that is gone is made anew, and a group that was left is noticed") {
  claims_to_keep x;
  CHECK(!x.keeper.has_left(x.t.state()));
  x.keeper.note({0, claim::add});
  x.make();
  REQUIRE(x.t.remove_item("g", slot_range(0, 4), 80));
  x.make();
  CHECK(x.served() == 1);
  CHECK(!x.keeper.has_left(x.t.state()));
  REQUIRE(x.t.leave("g"));
  CHECK(x.keeper.has_left(x.t.state()));
  x.keeper.give_up_all();
  CHECK(!x.keeper.has_left(x.t.state()));
  CHECK(x.wanted().none());
}
