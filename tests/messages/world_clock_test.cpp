#include "messages/world_clock.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "tests/messages/generators.hpp"

using namespace scalesmall;

namespace {

const net_id a{ip_address::v4(10, 0, 0, 1), 1};
const net_id b{ip_address::v4(10, 0, 0, 2), 1};
const net_id c{ip_address::v4(10, 0, 0, 3), 1};

world_clock merged(world_clock x, const world_clock& y) {
  x.merge(y);
  return x;
}

}  // namespace

TEST_CASE("a clock only moves forward") {
  world_clock x{{b, {5, 3}}, {a, {5, 0}}};
  CHECK(to_string(x) == "[10.0.0.1:1@5.0 10.0.0.2:1@5.3]");
  CHECK_FALSE(x.advance({b, {5, 3}}));
  CHECK_FALSE(x.advance({b, {4, 9}}));
  CHECK(x.advance({b, {5, 4}}));
  CHECK(x.advance({b, {6, 0}}));
  CHECK(x.at(b) == stamp{6, 0});
  CHECK_FALSE(x.at(c).has_value());
  CHECK(x.advance({c, {0, 0}}));
  CHECK(x.at(c) == stamp{0, 0});
}

TEST_CASE("an erased member is not known") {
  world_clock x{{a, {1, 1}}, {b, {1, 1}}};
  CHECK(x.erase(a));
  CHECK_FALSE(x.erase(a));
  CHECK_FALSE(x.erase(c));
  CHECK(x == world_clock{{b, {1, 1}}});
}

TEST_CASE("only clocks in order become a world clock") {
  CHECK(world_clock::from_sorted({}).value().empty());
  CHECK(world_clock::from_sorted({{a, {1, 0}}, {b, {0, 0}}}).value() ==
        world_clock{{b, {0, 0}}, {a, {1, 0}}});
  CHECK(world_clock::from_sorted({{b, {1, 0}}, {a, {1, 0}}}).error() == fault::not_sorted);
  CHECK(world_clock::from_sorted({{a, {1, 0}}, {a, {2, 0}}}).error() == fault::not_sorted);
}

TEST_CASE("merge is a join of any world clocks") {
  CHECK(rc::check("idempotent", [](const world_clock& x) {
    auto y = x;
    RC_ASSERT_FALSE(y.merge(x));
    RC_ASSERT(y == x);
  }));
  CHECK(rc::check("commutative", [](const world_clock& x, const world_clock& y) {
    RC_ASSERT(merged(x, y) == merged(y, x));
  }));
  CHECK(rc::check("associative",
                  [](const world_clock& x, const world_clock& y, const world_clock& z) {
                    RC_ASSERT(merged(merged(x, y), z) == merged(x, merged(y, z)));
                  }));
  CHECK(rc::check("the maximum of each member, and says whether any moved",
                  [](const world_clock& x, const world_clock& y) {
                    auto both = x;
                    const bool moved = both.merge(y);
                    RC_ASSERT(moved == (both != x));
                    auto one_by_one = x;
                    for (const auto& clock : y.clocks()) one_by_one.advance(clock);
                    RC_ASSERT(both == one_by_one);
                  }));
}
