#include "actors/topology/incarnation_bound.hpp"

#include <doctest/doctest.h>

using namespace scalesmall;
using namespace std::chrono_literals;

constexpr std::uint32_t ten_years = 10 * 365 * 24 * 60 * 60;

TEST_CASE("incarnations are accepted up to ten years ahead") {
  CHECK(latest_incarnation(1'800'000'000s) == 1'800'000'000 + ten_years);
  CHECK(latest_incarnation(1'800'000'001s) == latest_incarnation(1'800'000'000s) + 1);
}

TEST_CASE("a wall clock in the past does not make a node refuse others") {
  CHECK(latest_incarnation(0s) == 1'763'793'600 + ten_years);
  CHECK(latest_incarnation(-1s) == latest_incarnation(0s));
}

TEST_CASE("the greatest incarnation is never accepted") {
  CHECK(latest_incarnation(4'294'967'295s) == UINT32_MAX - 1);
  CHECK(latest_incarnation(99'999'999'999s) == UINT32_MAX - 1);
}

TEST_CASE("no clock makes an incarnation of 0 or the greatest number") {
  CHECK(incarnation_at(1'800'000'000s) == 1'800'000'000);
  CHECK(incarnation_at(0s) == 1);
  CHECK(incarnation_at(-5s) == 1);
  CHECK(incarnation_at(99'999'999'999s) == UINT32_MAX - 1);
}

TEST_CASE("clocks that differ by more than ten years are told apart") {
  CHECK_FALSE(is_far_behind(1'800'000'000, 1'800'000'000s + std::chrono::hours{24} * 3'650));
  CHECK(is_far_behind(1'800'000'000, 1'800'000'000s + std::chrono::hours{24} * 3'651));
  CHECK_FALSE(is_far_behind(1, 1'800'000'000s));  // a clock at 1970 does no harm
  CHECK_FALSE(is_far_behind(1'800'000'000, 5s));
}
