#include "actors/damped_count.hpp"

#include <doctest/doctest.h>

#include "tests/at.hpp"

using namespace scalesmall;
using namespace std::chrono_literals;

TEST_CASE("what happens often is said once a minute, with how often it happened") {
  damped_count times;
  CHECK(times.note(at(0s)) == 1);
  for (time_point now{1s}; now < at(60s); now += 1s) CHECK_FALSE(times.note(now));
  CHECK(times.note(at(60s)) == 60);
  CHECK_FALSE(times.note(at(61s)));
}
