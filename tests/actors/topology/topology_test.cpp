#include "actors/topology/topology.hpp"

#include <doctest/doctest.h>

#include "actors/topology/topology_table.hpp"
#include "tests/actors/tables.hpp"

using namespace scalesmall;
using namespace scalesmall::names;

TEST_CASE("an unknown group is empty") {
  const topology t{nth(1), 1000};
  CHECK(members(t, "g").empty());
  CHECK(items(t, "g").empty());
  CHECK(groups(t).empty());
}

TEST_CASE("items can be selected by op") {
  auto t = table_of(1);
  (void)t.add_item("g", {1, 2}, 80);
  CHECK(items(t.state(), "g", op::add) == std::vector{add(nth(1), {1000, 2}, {1, 2})});
  CHECK(items(t.state(), "g", op::rmv).empty());
}
