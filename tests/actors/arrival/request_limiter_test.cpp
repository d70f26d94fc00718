#include "actors/arrival/request_limiter.hpp"

#include <doctest/doctest.h>

#include "tests/actors/names.hpp"
#include "tests/at.hpp"

using namespace scalesmall;
using namespace scalesmall::names;
using namespace std::chrono_literals;

TEST_CASE("who asks in a loop is answered now and then, and others as before") {
  request_limiter limiter{at(0s)};
  int answered = 0;
  for (time_point now{0s}; now < at(10s); now += 1ms)
    answered += limiter.allow(nth(2), now) ? 1 : 0;
  CHECK(answered >= 100);
  CHECK(answered <= 121);
  for (time_point now{0s}; now < at(100s); now += 1s) CHECK(limiter.allow(nth(3), now));
}

TEST_CASE("peers that somebody invents do not fill the memory") {
  request_limiter limiter{at(0s)};
  std::uint64_t n = 0;
  for (; n < peer_allowances::strangers_max; ++n)
    CHECK(limiter.allow({ip_address::from_halves(1, n), 1}, at(0s)));
  CHECK_FALSE(limiter.allow(nth(2), at(50ms)));
  CHECK(limiter.allow(nth(2), at(50ms), true));  // a peer that was reached
  CHECK(limiter.allow(nth(2), at(1s)));
}

TEST_CASE("a peer is told as much as one answer holds, and then a part of it a second") {
  request_limiter limiter{at(0s)};
  CHECK(limiter.room(nth(2), at(0s), true) == limits::reply_entries_max);
  limiter.tell(nth(2), limits::reply_entries_max + 10'000, at(0s), true);  // a row more
  CHECK(limiter.room(nth(2), at(500ms), true) == 0);
  CHECK(limiter.room(nth(2), at(1s), true) == 10'000);
  CHECK(limiter.room(nth(3), at(1s), true) == limits::reply_entries_max);
}

TEST_CASE(
    "all peers together are told as much as a node remembers, and then a part of it a second") {
  request_limiter limiter{at(0s)};
  for (std::uint8_t n = 2; n < 7; ++n)
    limiter.tell(nth(n), limits::reply_entries_max, at(0s), true);
  CHECK(limiter.room(nth(9), at(0s), true) == 0);
  CHECK(limiter.room(nth(9), at(1s), true) == 100'000);
}
