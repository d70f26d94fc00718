#include "actors/liveness/reachability.hpp"

#include <chrono>

#include <doctest/doctest.h>

#include "tests/actors/liveness/rows.hpp"
#include "tests/at.hpp"

using namespace scalesmall;
using namespace std::chrono_literals;
using live_rows::member;

namespace {

const verdict suspect_one{{member(1), false, reach_reason::silent, {member(2)}}};
const verdict hidden_one{{member(1), true, reach_reason::silent, {member(2), member(3)}}};

}  // namespace

TEST_CASE("a table has the members of the verdict, and since when each has its state") {
  const auto first = table_of(suspect_one, false, {}, at(5s));
  REQUIRE(first.members.size() == 1);
  CHECK(first.watching);
  CHECK(first.members[0].state == reach_state::suspect);
  CHECK(first.members[0].since == at(5s));
  const auto second = table_of(hidden_one, true, first, at(9s));
  CHECK(second.isolated);
  CHECK(second.members[0] == member_reachability{member(1),
                                                 reach_state::unreachable,
                                                 reach_reason::silent,
                                                 at(9s),
                                                 {member(2), member(3)}});
  CHECK(table_of(hidden_one, true, second, at(12s)).members[0].since == at(9s));
  CHECK(table_of({}, false, second, at(9s)).members.empty());
}

TEST_CASE("a table finds its members") {
  const auto table = table_of(hidden_one, false, {}, at(5s));
  REQUIRE(table.find(member(1)));
  CHECK(table.is_unreachable(member(1)));
  CHECK(!table.find(member(2)));
  CHECK(!table.is_unreachable(member(2)));
  CHECK(!table_of(suspect_one, false, {}, at(5s)).is_unreachable(member(1)));
}

TEST_CASE("only becoming unreachable and its end are changes") {
  const reachability_table none;
  const auto suspect = table_of(suspect_one, false, none, at(5s));
  const auto hidden = table_of(hidden_one, false, suspect, at(6s));
  const auto changed = changes_between(suspect, hidden);
  REQUIRE(changed.unreachable.size() == 1);
  CHECK(changed.unreachable[0].member == member(1));
  CHECK(changed.reachable.empty());
  for (const auto& end : {none, suspect}) {
    CHECK(changes_between(hidden, end).reachable == std::vector{member(1)});
    CHECK(changes_between(hidden, end).unreachable.empty());
  }
  for (const auto* same : {&none, &suspect, &hidden}) {
    CHECK(changes_between(*same, *same).unreachable.empty());
    CHECK(changes_between(*same, *same).reachable.empty());
  }
  CHECK(changes_between(none, suspect).unreachable.empty());
}

TEST_CASE("states and reasons have names") {
  CHECK(to_string(reach_state::suspect) == "suspect");
  CHECK(to_string(reach_reason::alone) == "alone");
}
