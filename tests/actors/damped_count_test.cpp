#include "actors/damped_count.hpp"

#include <doctest/doctest.h>

using namespace scalesmall;
using namespace std::chrono_literals;

TEST_CASE("what happens often is said once a minute, with how often it happened") {
  damped_count times;
  CHECK(times.note(0s) == 1);
  for (moment now = 1s; now < 60s; now += 1s) CHECK_FALSE(times.note(now));
  CHECK(times.note(60s) == 60);
  CHECK_FALSE(times.note(61s));
}
