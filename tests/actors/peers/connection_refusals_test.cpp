#include "actors/peers/connection_refusals.hpp"

#include <doctest/doctest.h>

#include "tests/actors/names.hpp"

using namespace scalesmall;
using names::nth;

TEST_CASE("a peer that closes two connections in a row is told once, and once that it answers") {
  connection_refusals all;
  CHECK_FALSE(all.closed(nth(2)));
  CHECK_FALSE(all.answered(nth(2)));
  CHECK_FALSE(all.closed(nth(2)));
  CHECK(all.all().empty());
  CHECK(all.closed(nth(2)));
  CHECK(all.all() == std::vector{nth(2)});
  CHECK_FALSE(all.closed(nth(2)));
  CHECK_FALSE(all.answered(nth(3)));
  CHECK(all.answered(nth(2)));
  CHECK(all.all().empty());
  CHECK_FALSE(all.answered(nth(2)));
}
