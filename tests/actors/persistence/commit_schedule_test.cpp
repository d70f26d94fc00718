#include "actors/persistence/commit_schedule.hpp"

#include <doctest/doctest.h>

#include "tests/at.hpp"

using namespace scalesmall;
using namespace std::chrono_literals;
using commit_tickets = std::vector<commit_schedule::ticket>;

TEST_CASE("an idle node writes nothing") {
  commit_schedule x;
  CHECK_FALSE(x.next_due());
  x.note();
  REQUIRE(x.next_due() == at(0s));
  x.begin(at(1s));
  CHECK_FALSE(x.next_due());
  CHECK(x.ended(true, at(2s)).empty());
  CHECK_FALSE(x.next_due());
}

TEST_CASE("a thousand changes a second share writes that begin a window apart") {
  commit_schedule x;
  std::size_t writes = 0;
  std::size_t answered = 0;
  std::optional<time_point> ends;
  time_point last{-1h};
  for (time_point now{}; now < at(1s); now += 1ms) {
    static_cast<void>(x.ask());
    if (ends && now >= *ends) {
      answered += x.ended(true, now).size();
      ends.reset();
    }
    if (const auto due = x.next_due(); due && *due <= now) {
      CHECK(now - last >= commit_schedule::window);
      last = now;
      x.begin(now);
      ++writes;
      ends = now + 2ms;
    }
  }
  CHECK(writes == 250);
  CHECK(answered > 990);
}

TEST_CASE("a write answers those that asked before it began") {
  commit_schedule x;
  const auto first = x.ask();
  x.begin(at(0ms));
  const auto second = x.ask();
  CHECK_FALSE(x.next_due());
  CHECK(x.ended(true, at(10ms)) == commit_tickets{first});
  REQUIRE(x.next_due() == at(commit_schedule::window));
  x.begin(at(10ms));
  CHECK(x.ended(true, at(11ms)) == commit_tickets{second});
  CHECK_FALSE(x.next_due());
}

TEST_CASE("a write that failed is tried again, later and later, and at once for a new change") {
  commit_schedule x;
  const auto first = x.ask();
  x.begin(at(0ms));
  CHECK(x.ended(false, at(0ms)) == commit_tickets{first});
  time_point now{};
  for (const auto wait : {1s, 2s, 4s, 8s, 16s, 32s, 60s, 60s}) {
    REQUIRE(x.next_due() == now + wait);
    now += wait;
    x.begin(now);
    CHECK(x.ended(false, now).empty());
  }
  const auto second = x.ask();
  CHECK(*x.next_due() <= now + commit_schedule::window);
  x.begin(now + commit_schedule::window);
  CHECK(x.ended(true, now + 1s) == commit_tickets{second});
  CHECK_FALSE(x.next_due());
}
