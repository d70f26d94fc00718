#include <scalesmall/snapshot.hpp>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "tests/node/world.hpp"

using namespace scalesmall;

TEST_CASE("a snapshot is of one moment") {
  world w;
  w.start(1);
  REQUIRE(w.add_item(1, "g", {0, 9}));
  const auto before = w[1].snapshot();
  REQUIRE(w.add_item(1, "g", {5, 20}, 81));
  REQUIRE(w.join(1, "other"));

  CHECK(before.groups() == std::vector<std::string>{"g"});
  CHECK(before.my_groups() == before.groups());
  CHECK(before.members("g") == std::vector{w[1].id()});
  CHECK(before.owners("g", 7).size() == 1);
  CHECK(before.topology("g", op::add).size() == 1);
  CHECK(before.coverage("g").overlaps().empty());
  CHECK(before.routing("g").size() == 1);
  CHECK(before.members("unknown").empty());
  CHECK(before.version("unknown") == 0);

  const auto after = w[1].snapshot();
  CHECK(after.groups().size() == 2);
  CHECK(after.owners("g", 7).size() == 2);
  CHECK(before.version("g") < after.version("g"));
  CHECK(before.version() < after.version());
}
