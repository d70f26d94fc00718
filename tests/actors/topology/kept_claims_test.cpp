#include "actors/topology/kept_claims.hpp"

#include <doctest/doctest.h>

#include "actors/topology/topology_table.hpp"
#include "tests/actors/names.hpp"

using namespace scalesmall;
using names::nth;

namespace {

topology_table node_of_kept(std::uint32_t incarnation = 7) {
  topology x;
  x.self = nth(1);
  x.incarnation = incarnation;
  return topology_table{std::move(x)};
}

kept_claims kept_of(const topology_table& x) {
  return x.state().kept ? *x.state().kept : kept_claims{};
}

const std::vector<served_range> three_served{{{0, 9}, 80}, {{10, 19}, 80}, {{20, 29}, 81}};

}  // namespace

TEST_CASE("only what is to be kept outlives a node") {
  auto t = node_of_kept();
  REQUIRE(t.join("g", {0, 99}));
  REQUIRE(t.add_items("g", three_served));
  REQUIRE(t.add_item("h", {0, 0}, 80));
  CHECK(kept_of(t).empty());
  t.keep("g", {three_served[0]});
  CHECK(kept_of(t) == kept_claims{{"g", {{{0, 99}}, {three_served[0]}}}});
  t.keep("g", {three_served[2], three_served[0]});
  t.keep("h", {});
  CHECK(kept_of(t) == kept_claims{{"g", {{{0, 99}}, {three_served[0], three_served[2]}}},
                                  {"h", {{whole_range}, {}}}});
}

TEST_CASE("what is taken back or replaced is no longer kept") {
  auto t = node_of_kept();
  REQUIRE(t.add_items("g", three_served));
  t.keep("g", three_served);
  CHECK_FALSE(t.drop_fallen("g"));
  CHECK_FALSE(t.drop_fallen("h"));
  SUBCASE("taken back") {
    REQUIRE(t.remove_item("g", {0, 9}, 80));
    CHECK(t.drop_fallen("g"));
    CHECK(kept_of(t)["g"].served == std::vector{three_served[1], three_served[2]});
  }
  SUBCASE("on another port") {
    REQUIRE(t.add_item("g", {0, 9}, 90));
    CHECK(t.drop_fallen("g"));
    CHECK(kept_of(t)["g"].served == std::vector{three_served[1], three_served[2]});
  }
  SUBCASE("others are served instead") {
    REQUIRE(t.set_items("g", {three_served[1]}));
    CHECK(t.drop_fallen("g"));
    CHECK(kept_of(t)["g"].served == std::vector{three_served[1]});
  }
  SUBCASE("the same again") {
    REQUIRE(t.add_item("g", {0, 9}, 80));
    CHECK_FALSE(t.drop_fallen("g"));
  }
  SUBCASE("left") {
    REQUIRE(t.leave("g"));
    CHECK(t.drop_fallen("g"));
    CHECK(kept_of(t).empty());
  }
  CHECK_FALSE(t.drop_fallen("g"));
}

TEST_CASE("the next life of a node makes the kept claims, and keeps them") {
  auto former = node_of_kept();
  REQUIRE(former.join("g", {0, 99}));
  REQUIRE(former.add_items("g", three_served));
  REQUIRE(former.add_item("g", {50, 59}, 80));
  former.keep("g", three_served);
  auto t = node_of_kept(8);
  CHECK(t.make_kept(kept_of(former)).empty());
  CHECK(kept_of(t) == kept_of(former));
  const auto claims = items(t.state(), "g", op::add);
  REQUIRE(claims.size() == 3);
  CHECK(claims.front().at.incarnation == 8);
  CHECK(t.state().joined.at("g") == std::vector{key_range{0, 99}});
}

TEST_CASE("a group whose kept claims cannot be made is named, and the others are made") {
  auto t = node_of_kept();
  const kept_claims before{{"g", {{whole_range}, {{{9, 0}, 80}}}}, {"h", {{whole_range}, {}}}};
  CHECK(t.make_kept(before) == std::vector<std::string>{"g"});
  CHECK(my_groups(t.state()) == std::vector<std::string>{"g", "h"});
}
