#include "actors/next_timer.hpp"

#include <chrono>

#include <doctest/doctest.h>

#include "tests/at.hpp"

using namespace scalesmall;
using namespace std::chrono_literals;

TEST_CASE("a timer is set for the earliest due time, and only once for each") {
  next_timer x;
  CHECK(!x.set(std::nullopt, at(1s)));
  CHECK(x.set(at(5s), at(1s)) == 4s);
  CHECK(!x.set(at(5s), at(1s)));
  CHECK(!x.set(at(6s), at(1s)));
  CHECK(x.set(at(3s), at(1s)) == 2s);
}

TEST_CASE("what is overdue has no delay") {
  next_timer x;
  CHECK(x.set(at(1s), at(3s)) == 0s);
}

TEST_CASE("only the newest timer counts") {
  next_timer x;
  CHECK(x.set(at(5s), at(1s)));
  CHECK(x.set(at(3s), at(1s)));
  CHECK(x.rang(at(3s)));
  CHECK(x.set(at(7s), at(3s)) == 4s);
  CHECK_FALSE(x.rang(at(5s)));  // the first timer
  CHECK(!x.set(at(7s), at(5s)));
  CHECK(x.rang(at(7s)));
  CHECK(x.set(at(7s), at(7s)) == 0s);
}
