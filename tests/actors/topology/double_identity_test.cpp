#include "actors/topology/double_identity.hpp"

#include <doctest/doctest.h>

using namespace scalesmall;
using namespace std::chrono_literals;

TEST_CASE("claims of a former life do not look like a second node") {
  double_identity x;
  for (moment now = 0s; now < 1h; now += 1min) CHECK_FALSE(x.refuted(now));
  CHECK_FALSE(x.is_over(2h));
}

TEST_CASE("a second node with the same identity is noted once, and once when it is gone") {
  double_identity x;
  CHECK_FALSE(x.refuted(10s));
  CHECK_FALSE(x.refuted(20s));
  CHECK_FALSE(x.refuted(30s));
  CHECK(x.refuted(40s));
  CHECK_FALSE(x.refuted(50s));
  CHECK_FALSE(x.is_over(50s + double_identity::period - 1ns));
  CHECK(x.is_over(50s + double_identity::period));
  CHECK_FALSE(x.is_over(1h));
  for (moment now = 2h; now < 2h + 3s; now += 1s) CHECK_FALSE(x.refuted(now));
  CHECK(x.refuted(2h + 4s));
}
