#include <scalesmall/group_event.hpp>

#include <doctest/doctest.h>

#include "tests/actors/names.hpp"

using namespace scalesmall;
using names::nth;

TEST_CASE("events print on one line") {
  CHECK(to_string(group_event{member_joined{nth(1), {}}}) == "member_joined 10.0.0.1:29999");
  CHECK(to_string(group_event{member_left{nth(2), {}}}) == "member_left 10.0.0.2:29999");
  CHECK(to_string(group_event{member_unreachable{nth(3), {}}}) ==
        "member_unreachable 10.0.0.3:29999");
  CHECK(to_string(group_event{member_reachable{nth(3), {}}}) == "member_reachable 10.0.0.3:29999");
  const range_owner owner{nth(1), {0, 9}, 80};
  CHECK(to_string(group_event{range_added{owner, {}}}) == "range_added " + to_string(owner));
  CHECK(to_string(group_event{range_removed{owner, {}}}) == "range_removed " + to_string(owner));
}
