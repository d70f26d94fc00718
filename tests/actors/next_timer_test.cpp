#include "actors/next_timer.hpp"

#include <chrono>

#include <doctest/doctest.h>

using namespace scalesmall;
using namespace std::chrono_literals;

TEST_CASE("a timer is set for the earliest due moment, and only once for each") {
  next_timer x;
  CHECK(!x.set(std::nullopt, 1s));
  CHECK(x.set(5s, 1s) == 4s);
  CHECK(!x.set(5s, 1s));
  CHECK(!x.set(6s, 1s));
  CHECK(x.set(3s, 1s) == 2s);
}

TEST_CASE("an overdue moment has no delay") {
  next_timer x;
  CHECK(x.set(1s, 3s) == 0s);
}

TEST_CASE("only the newest timer counts") {
  next_timer x;
  CHECK(x.set(5s, 1s));
  CHECK(x.set(3s, 1s));
  CHECK(x.rang(3s));
  CHECK(x.set(7s, 3s) == 4s);
  CHECK_FALSE(x.rang(5s));  // the first timer
  CHECK(!x.set(7s, 5s));
  CHECK(x.rang(7s));
  CHECK(x.set(7s, 7s) == 0s);
}
