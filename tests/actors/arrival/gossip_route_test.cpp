#include "actors/arrival/gossip_route.hpp"

#include <doctest/doctest.h>

#include "tests/actors/names.hpp"

using namespace scalesmall;
using names::nth;

TEST_CASE("the content of a gossip says which part of a node deals with it") {
  gossip x;
  x.current_id = {nth(2), 7};
  CHECK(route_of(x, nth(1)) == gossip_route::act);
  x.messages.push_back({"g", {{nth(2), {5, 1}}}, {}});
  CHECK(route_of(x, nth(1)) == gossip_route::merge);
  CHECK(route_of(x, nth(2)) == gossip_route::act);
  auto acknowledges = x;
  acknowledges.acknowledged = {7};
  CHECK(route_of(acknowledges, nth(1)) == gossip_route::messages);
  auto of_programs = x;
  of_programs.application.emplace();
  CHECK(route_of(of_programs, nth(1)) == gossip_route::messages);
  CHECK(route_of(of_programs, nth(2)) == gossip_route::act);
}
