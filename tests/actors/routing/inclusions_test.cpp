#include "actors/routing/inclusions.hpp"

#include <doctest/doctest.h>

#include "tests/actors/tables.hpp"

using namespace scalesmall;
using names::nth;

namespace {

using groups_of_test = std::vector<std::string>;

/// A node that knows groups, and what includes what.
struct known_groups {
  topology_table table = names::table_of(1);

  void include(const std::string& group, const std::string& inner) {
    REQUIRE(table.join(inclusion_group(group, inner), whole_range));
  }
  void serve(const std::string& group, key_range range, std::uint16_t port) {
    REQUIRE(table.add_item(group, range, port));
  }
  [[nodiscard]] groups_of_test all(const groups_of_test& groups) const {
    return with_included(table.state(), groups);
  }
  [[nodiscard]] std::vector<range_owner> owners(const groups_of_test& groups) const {
    return routes_of(states_with_included(table.state(), groups)).all();
  }
};

}  // namespace

TEST_CASE("without inclusions a group stands for itself, and none is named twice") {
  const known_groups x;
  CHECK(x.all({"g"}) == groups_of_test{"g"});
  CHECK(x.all({"h", "g", "h"}) == groups_of_test{"h", "g"});
  CHECK(x.owners({"g"}).empty());
}

TEST_CASE("a group includes others, and those that they include") {
  known_groups x;
  x.include("g", "h");
  x.include("g", "k");
  x.include("h", "m");
  x.include("gg", "n");
  CHECK(included_in(x.table.state(), "g") == groups_of_test{"h", "k"});
  CHECK(x.all({"g"}) == groups_of_test{"g", "h", "k", "m"});
  REQUIRE(x.table.leave(inclusion_group("g", "h")));
  CHECK(x.all({"g"}) == groups_of_test{"g", "k"});
}

TEST_CASE("a cycle of inclusions ends") {
  known_groups x;
  x.include("g", "h");
  x.include("h", "g");
  CHECK(x.all({"g"}) == groups_of_test{"g", "h"});
  CHECK(x.all({"h", "g"}) == groups_of_test{"h", "g"});
}

TEST_CASE("what is included too many times over is left out") {
  known_groups x;
  groups_of_test names{"0"};
  for (std::size_t i = 1; i <= inclusions_deep_max + 1; ++i) {
    x.include(names.back(), std::to_string(i));
    names.push_back(std::to_string(i));
  }
  names.pop_back();
  CHECK(x.all({"0"}) == names);
}

TEST_CASE("the owners of several groups are those of all of them, each once") {
  known_groups x;
  x.include("g", "h");
  x.serve("g", {0, 9}, 80);
  x.serve("h", {0, 9}, 80);
  x.serve("h", {5, 19}, 81);
  x.serve("k", {7, 7}, 82);
  CHECK(x.owners({"g"}) == std::vector<range_owner>{{nth(1), {0, 9}, 80}, {nth(1), {5, 19}, 81}});
  CHECK(x.owners({"g", "k"}).size() == 3);
  CHECK(x.owners({"h"}).size() == 2);
}

TEST_CASE("names that cannot be, reserved ones and the group itself are not included") {
  CHECK(can_include("g", "h"));
  CHECK(!can_include("g", "g"));
  CHECK(!can_include("g", ""));
  CHECK(!can_include("", "g"));
  CHECK(!can_include("scalesmall.live", "g"));
  CHECK(!can_include("g", "scalesmall.live"));
  CHECK(!can_include(std::string(120, 'g'), std::string(120, 'h')));
}

TEST_CASE("a group's name with slashes is not taken for another") {
  known_groups x;
  x.include("a/b", "c");
  CHECK(x.all({"a/b"}) == groups_of_test{"a/b", "c"});
  CHECK(x.all({"a"}) == groups_of_test{"a"});
}
