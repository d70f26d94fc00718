#include "actors/broadcast/assignments.hpp"

#include <doctest/doctest.h>

#include "tests/actors/names.hpp"

using namespace scalesmall;
using names::nth;

TEST_CASE("strangers stand in no half of a peer that was reached, and the one put back in none") {
  const auto to = assign(nth(1), {{{nth(2)}, {nth(3)}}, {{nth(4), nth(5)}}, nth(6)});
  REQUIRE(to.familiar.size() == 3);
  for (const auto& x : to.familiar) {
    CHECK(x.target != nth(4));
    CHECK(x.rest.empty());
  }
  CHECK(to.familiar.back() == assignment{nth(6), {}});
  CHECK(to.strangers == std::vector<assignment>{{nth(4), {nth(5)}}});
}
