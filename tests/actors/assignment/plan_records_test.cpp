#include "actors/assignment/plan_records.hpp"

#include <doctest/doctest.h>

#include "tests/actors/tables.hpp"

using namespace scalesmall;
using names::nth;

namespace {

constexpr plan_settings two_of_four{2, 4};
const std::string plan_name_of_g = plan_group(two_of_four, "g");

/// What node 1 knows of nodes that serve "g" by plan.
struct told_topology {
  topology_table mine = names::table_of(1);
  reachability_table judged;

  void tell(std::uint8_t n, const plan_settings& settings, std::uint32_t capacity,
            std::vector<served_range> served, std::vector<served_range> loading = {}) {
    auto other = names::table_of(n);
    auto& table = n == 1 ? mine : other;
    loading.push_back(plan_claim({nth(n), 7, capacity}));
    REQUIRE(table.set_items(plan_group(settings, "g"), std::move(loading)));
    REQUIRE(table.set_items("g", std::move(served)));
    if (n == 1) return;
    for (const auto& row : names::all_rows_of(table.state(), nth(n))) (void)names::apply(mine, row);
  }
  void hide(std::uint8_t n, reach_reason why) {
    judged.members.push_back({nth(n), reach_state::unreachable, why});
  }
  group_sight sight() const { return sight_of(mine.state(), judged, "g", two_of_four); }
};

served_range slot(std::uint32_t n, std::uint16_t port = 80) { return {slot_range(n, 4), port}; }

}  // namespace

TEST_CASE("the name of a plan's group holds the settings, and is read in one way only") {
  CHECK(plan_name_of_g == "scalesmall.plan/2/4/g");
  CHECK(parse_plan_group(plan_name_of_g) == plan_name{two_of_four, "g"});
  CHECK(parse_plan_group("scalesmall.plan/1/1024/a/b")->group == "a/b");
  for (const auto* bad :
       {"g", "scalesmall.live", "scalesmall.plan/", "scalesmall.plan/2/4/", "scalesmall.plan/2/g",
        "scalesmall.plan/02/4/g", "scalesmall.plan/0x2/4/g", "scalesmall.plan/0/4/g",
        "scalesmall.plan/256/4/g", "scalesmall.plan/2/3/g", "scalesmall.plan/2/8192/g",
        "scalesmall.plan/2/99999999999/g", "scalesmall.plan/-2/4/g"}) {
    CAPTURE(bad);
    CHECK(!parse_plan_group(bad));
  }
}

TEST_CASE("slots and their keys") {
  for (const std::uint32_t slots : {1, 4, 4'096}) {
    for (const std::uint32_t x : {0U, slots - 1}) {
      CHECK(slot_with(slot_range(x, slots), slots) == x);
      CHECK(loading_claim(x, {1, slots}).range.start_range == slot_range(x, slots).start_range);
    }
  }
  CHECK(slot_range(0, 1) == whole_range);
  CHECK(slot_range(3, 4) == key_range{0xc0000000, UINT32_MAX});
  CHECK(!slot_with({0, 5}, 4));
  CHECK(!slot_with(whole_range, 4));
}

TEST_CASE("what matters of a group is read from the claims of others") {
  told_topology x;
  x.tell(1, two_of_four, 3, {slot(0)});
  x.tell(2, two_of_four, 5, {slot(0), slot(1)});
  x.tell(3, two_of_four, 1, {{whole_range, 99}});  // by hand
  REQUIRE(x.mine.join(plan_name_of_g));
  auto seen = x.sight();
  REQUIRE(seen.members.size() == 3);
  CHECK(seen.members[1].planned == plan_member{nth(2), 7, 5});
  CHECK(seen.members[1].incarnation == names::life);
  CHECK(seen.owners[0] == std::vector{nth(2), nth(3)});
  CHECK(seen.owners[3] == std::vector{nth(3)});
  CHECK(!seen.outvoted);

  x.hide(2, reach_reason::refused);
  x.hide(3, reach_reason::silent);
  seen = x.sight();
  CHECK(!seen.members[1].reachable);
  CHECK(seen.owners[0].empty());
  CHECK(seen.unreachable[0] == unreachable_owners::silent);
  x.judged.isolated = true;
  CHECK(x.sight().isolated);
  x.judged.members.pop_back();
  CHECK(x.sight().isolated);  // node 3 may be alive
  x.hide(3, reach_reason::own);
  CHECK(!x.sight().isolated);
  CHECK(x.sight().unreachable[1] == unreachable_owners::gone);
}

TEST_CASE("of several plans for a group the one with most capacity counts") {
  told_topology x;
  x.tell(1, two_of_four, 3, {slot(0)});
  CHECK(!x.sight().outvoted);
  x.tell(2, {1, 4}, 4, {slot(1)});
  CHECK(x.sight().outvoted);
  const auto plan = plan_of(x.mine.state(), x.judged, "g");
  REQUIRE(plan);
  CHECK(plan->replicas == 1);
  REQUIRE(plan->others.size() == 1);
  CHECK(plan->others[0] == group_plan::other{2, 4, {nth(1)}});
  x.hide(2, reach_reason::refused);
  CHECK(!x.sight().outvoted);
  // Nor do plans with other slots have anything in common.
  x.tell(3, {2, 8}, 9, {});
  CHECK(x.sight().outvoted);
  CHECK(plan_of(x.mine.state(), x.judged, "g")->slots == 8);
}

TEST_CASE("a plan tells how far it is done") {
  told_topology x;
  CHECK(!plan_of(x.mine.state(), x.judged, "g"));
  x.tell(1, two_of_four, 1, {slot(0), slot(1)});
  x.tell(2, two_of_four, 1, {slot(0)}, {loading_claim(1, two_of_four), {{5, 6}, 1}});
  x.tell(3, {2, 4}, 1, {slot(0), slot(1)});
  const auto plan = plan_of(x.mine.state(), x.judged, "g");
  REQUIRE(plan);
  REQUIRE(plan->members.size() == 3);
  CHECK(plan->members[1].serving == 1);
  CHECK(plan->members[1].loading == 1);
  CHECK(plan->loads == std::vector<group_plan::load>{{slot_range(1, 4), nth(2)}});
  CHECK(plan->members[0].planned + plan->members[1].planned + plan->members[2].planned == 8);
  CHECK(plan->uncovered == 2);
  CHECK(plan->under_replicated == 2);
  CHECK(plan->to_take_up - plan->to_give_up == 8 - 5);
}

TEST_CASE("owners by plan: those of the plan first, ascending by cost") {
  told_topology x;
  std::vector<range_owner> owners;
  for (const std::uint8_t n : {1, 2, 3, 4, 5}) {
    if (n != 1) x.tell(n, {4, 4}, 1, {slot(0)});
    owners.push_back({nth(n), slot_range(0, 4), 80});
  }
  auto ordered = owners;
  order_by_plan(ordered, x.mine.state(), x.judged, "g", 1);
  CHECK(std::ranges::is_permutation(ordered, owners));
  CHECK(ordered.back().member == nth(1));
  const auto members = std::vector<plan_member>{{nth(2)}, {nth(3)}, {nth(4)}, {nth(5)}};
  const auto plan = slot_plan::make(members, {4, 4});
  for (std::size_t i = 0; i < 4; ++i) CHECK(ordered[i].member == members[plan->owners(0)[i]].id);
  order_by_plan(ordered, x.mine.state(), x.judged, "h", 1);
  CHECK(ordered.back().member == nth(1));
}

TEST_CASE("messages between the nodes of a plan") {
  using kind = plan_message::kind;
  for (const auto& x : {plan_message{kind::may_i_stop, 0, 1},
                        plan_message{kind::no, 4'095, 1ULL << 63}, plan_message{kind::take_over}})
    CHECK(parse_plan_message(encode(x)) == x);
  for (const bytes& bad :
       {bytes{}, bytes{0}, bytes{0, 1}, bytes{4, 0, 0}, bytes{0, 0, 0, 0}, bytes{1, 0x80, 0x20, 0}})
    CHECK(!parse_plan_message(bad));
}
