#include "actors/topology/double_identity.hpp"

#include <doctest/doctest.h>

#include "tests/at.hpp"

using namespace scalesmall;
using namespace std::chrono_literals;

TEST_CASE("claims of a former life do not look like a second node") {
  double_identity x;
  for (time_point now{0s}; now < at(1h); now += 1min) CHECK_FALSE(x.refuted(now));
  CHECK_FALSE(x.is_over(at(2h)));
}

TEST_CASE("a second node with the same identity is noted once, and once when it is gone") {
  double_identity x;
  CHECK_FALSE(x.refuted(at(10s)));
  CHECK_FALSE(x.refuted(at(20s)));
  CHECK_FALSE(x.refuted(at(30s)));
  CHECK(x.refuted(at(40s)));
  CHECK_FALSE(x.refuted(at(50s)));
  CHECK_FALSE(x.is_over(at(50s + double_identity::period - 1ns)));
  CHECK(x.is_over(at(50s + double_identity::period)));
  CHECK_FALSE(x.is_over(at(1h)));
  for (time_point now{2h}; now < at(2h + 3s); now += 1s) CHECK_FALSE(x.refuted(now));
  CHECK(x.refuted(at(2h + 4s)));
}
