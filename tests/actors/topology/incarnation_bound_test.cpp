#include "actors/topology/incarnation_bound.hpp"

#include <doctest/doctest.h>

using namespace scalesmall;
using namespace std::chrono_literals;

constexpr std::uint32_t day = 24 * 60 * 60;
constexpr auto today = 1'800'000'000s;
constexpr std::uint32_t life = 1'700'000'000;
constexpr std::uint32_t present = 1'800'000'000 + day;

TEST_CASE("the present reaches a day ahead of the wall clock") {
  CHECK(present_incarnation(today) == present);
  CHECK(present_incarnation(today + 1s) == present + 1);
  CHECK(present_incarnation(4'294'967'295s) == UINT32_MAX - 1);
  CHECK(present_incarnation(99'999'999'999s) == UINT32_MAX - 1);
}

TEST_CASE("a wall clock in the past does not make a node refuse others") {
  CHECK(present_incarnation(0s) == 1'763'793'600 + 10 * 365 * day);
  CHECK(present_incarnation(-1s) == present_incarnation(0s));
}

TEST_CASE("the truth can outdo at once whatever a lie has made a node accept") {
  incarnation_bound bound;
  const auto lie = bound.latest(life, today);
  CHECK(lie > present);
  bound.note(lie, life, today);
  CHECK(lie + 1 <= bound.latest(lie, today));
  // Again once a second, for ever.
  auto known = lie + 1;
  for (auto now = today; now < today + 10'000s; now += 1s) {
    const auto next = bound.latest(known, now);
    bound.note(next, known, now);
    known = next + 1;
    REQUIRE(known <= bound.latest(next, now));
    bound.note(known, next, now);
  }
}

TEST_CASE("a node that has not heard the lies follows in some steps") {
  incarnation_bound lied_to;
  incarnation_bound other;
  auto known = life;
  for (int lies = 0; lies < 5; ++lies) {
    const auto lie = lied_to.latest(known, today);
    lied_to.note(lie, known, today);
    known = lie;
  }
  const auto truth = known + 1;
  CHECK(truth > other.latest(life, today));
  for (int told = 0; told < 5; ++told) other.note(truth, life, today);
  CHECK(truth <= other.latest(life, today));
}

TEST_CASE("a flood of lies moves an incarnation on by two a second at most") {
  incarnation_bound bound;
  auto known = life;
  for (auto now = today; now < today + 100s; now += 1s) {
    for (int lies = 0; lies < 1'000; ++lies) {
      const auto next = bound.latest(known, now);
      bound.note(next, known, now);
      known = next;
      bound.note(UINT32_MAX - 1, known, now);
    }
  }
  CHECK(known <= present + incarnation_bound::steps_max + 300);
}

TEST_CASE("of an unknown member all saved steps are accepted") {
  CHECK(incarnation_bound::latest_of_unknown(today) == present + incarnation_bound::steps_max);
  incarnation_bound bound;
  bound.note(present + incarnation_bound::steps_max, 0, today);
  CHECK(bound.latest(present + incarnation_bound::steps_max, today) ==
        present + incarnation_bound::steps_max);
}

TEST_CASE("the greatest incarnation is never accepted") {
  CHECK(incarnation_bound{}.latest(UINT32_MAX - 1, today) == UINT32_MAX - 1);
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
