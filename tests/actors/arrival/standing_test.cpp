#include "actors/arrival/standing.hpp"

#include <doctest/doctest.h>

#include "tests/actors/names.hpp"

using namespace scalesmall;
using namespace scalesmall::names;

TEST_CASE("a sender is known only by the address that its frames come from") {
  const auto reached = nodes({2, 3});
  CHECK(standing_of(nth(2), nth(2).address, reached) == standing::reached);
  CHECK(standing_of(nth(4), nth(4).address, reached) == standing::stranger);
  CHECK(standing_of(nth(2), nth(4).address, reached) == standing::elsewhere);
}
