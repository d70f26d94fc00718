#include "actors/arrival/request_limiter.hpp"

#include <doctest/doctest.h>

#include "tests/actors/names.hpp"

using namespace scalesmall;
using namespace scalesmall::names;
using namespace std::chrono_literals;

TEST_CASE("who asks in a loop is answered now and then, and others as before") {
  request_limiter limiter;
  int answered = 0;
  for (moment now = 0s; now < 10s; now += 1ms) answered += limiter.allow(nth(2), now) ? 1 : 0;
  CHECK(answered >= 100);
  CHECK(answered <= 121);
  for (moment now = 0s; now < 100s; now += 1s) CHECK(limiter.allow(nth(3), now));
}

TEST_CASE("peers that somebody invents do not fill the memory") {
  request_limiter limiter;
  std::uint64_t n = 0;
  for (; n < request_limiter::peers_max; ++n)
    CHECK(limiter.allow({ip_address::from_halves(1, n), 1}, 0s));
  CHECK_FALSE(limiter.allow(nth(2), 1s));
  CHECK(limiter.allow(nth(2), 1s, true));  // a peer that was reached
  CHECK(limiter.allow(nth(2), 3s));
}
