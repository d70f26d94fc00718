#include "actors/messaging/delivery_tracker.hpp"

#include <doctest/doctest.h>

#include "tests/actors/names.hpp"
#include "tests/at.hpp"

using namespace scalesmall;
using namespace std::chrono_literals;
using names::nth;

namespace {

constexpr time_point start{1h};
const std::map<net_id, time_point> nobody;

}  // namespace

TEST_CASE("a spread is done when each target has acknowledged for its half") {
  delivery_tracker x;
  CHECK(x.done());
  x.serve({{nth(2), {nth(3), nth(4)}}, {nth(5), {}}}, start);
  x.acknowledged(nth(3));  // not a target
  CHECK(!x.done());
  x.acknowledged(nth(2));
  CHECK(!x.done());
  x.acknowledged(nth(5));
  CHECK(x.done());
  CHECK(x.undelivered() == 0);
}

TEST_CASE("the half of a target that cannot be reached goes to the next") {
  delivery_tracker x;
  x.serve({{nth(2), {nth(3), nth(4)}}}, start);
  CHECK(x.unreachable(nth(2), start) == assignment{nth(3), {nth(4)}});
  CHECK(x.unreachable(nth(2), start) == std::nullopt);
  CHECK(x.unreachable(nth(3), start) == assignment{nth(4), {}});
  CHECK(!x.done());
  CHECK(x.unreachable(nth(4), start) == std::nullopt);
  CHECK(x.done());
  CHECK(x.undelivered() == 3);
}

TEST_CASE("of those who may be invented a half is given up after some failures in a row") {
  delivery_tracker x;
  x.serve({{nth(2), {nth(3), nth(4), nth(5)}}}, start, 2);
  x.serve({{nth(6), {nth(7), nth(8), nth(9)}}}, start, 2);
  CHECK(x.unreachable(nth(2), start) == assignment{nth(3), {nth(4), nth(5)}});
  CHECK(x.unreachable(nth(3), start) == std::nullopt);
  CHECK(x.undelivered() == 4);
  CHECK(!x.done());  // the other half has failures of its own
  CHECK(x.unreachable(nth(6), start) == assignment{nth(7), {nth(8), nth(9)}});
  x.acknowledged(nth(7));
  CHECK(x.done());
  CHECK(x.undelivered() == 5);  // the sixth itself, too
}

TEST_CASE("a target that stalls keeps its half for no longer than the patience") {
  delivery_tracker x;
  x.serve({{nth(2), {nth(3), nth(4)}}}, start);
  CHECK(x.overdue(start + delivery_tracker::patience - 1ns, nobody).send.empty());
  const auto work = x.overdue(start + delivery_tracker::patience, nobody);
  CHECK(work.send == std::vector<assignment>{{nth(2), {}}, {nth(3), {nth(4)}}});
  CHECK(work.given_up.empty());
  x.acknowledged(nth(3));
  CHECK(!x.done());
  x.acknowledged(nth(2));
  CHECK(x.done());
}

TEST_CASE("a target is sent the same again ever more rarely, and given up in silence") {
  delivery_tracker x;
  x.serve({{nth(2), {}}}, start);
  int sent = 0;
  time_point given_up{};
  for (time_point now = start; !x.done(); now += 100ms) {
    REQUIRE(now < start + 2min);
    const auto work = x.overdue(now, nobody);
    sent += static_cast<int>(work.send.size());
    if (!work.given_up.empty()) given_up = now;
  }
  CHECK(sent == 3);  // after 2, 6 and 14 s; at 30 s it is given up
  CHECK(given_up == start + delivery_tracker::give_up);
  CHECK(x.undelivered() == 1);
}

TEST_CASE("a target that acknowledges other batches is waited for") {
  delivery_tracker x;
  x.serve({{nth(2), {}}}, start);
  for (time_point now = start; now < start + 10min; now += 1s) {
    const auto work = x.overdue(now, {{nth(2), now - 20s}});
    REQUIRE(work.given_up.empty());
  }
  CHECK(!x.done());
}

TEST_CASE("who should have heard a multicast and says nothing is to be served by TCP") {
  delivery_tracker x;
  x.await_hearers({nth(2), nth(3)}, start);
  x.acknowledged(nth(3));
  CHECK(x.overdue(start + delivery_tracker::hearing_patience - 1ns, nobody).unheard.empty());
  CHECK(!x.done());
  CHECK(x.overdue(start + delivery_tracker::hearing_patience, nobody).unheard ==
        std::vector<net_id>{nth(2)});
  CHECK(x.done());
}

TEST_CASE("who heard a multicast may still owe its half") {
  delivery_tracker x;
  x.serve({{nth(2), {nth(3)}}, {nth(4), {}}}, at(0s));
  x.await_hearers({nth(5)}, at(0s));
  for (const std::uint8_t n : {2, 4, 5}) x.heard(nth(n));
  CHECK(!x.done());
  const auto work = x.overdue(at(delivery_tracker::patience), {});
  CHECK(work.unheard.empty());
  CHECK(work.send == std::vector<assignment>{{nth(2), {}}, {nth(3), {}}});
  x.acknowledged(nth(2));
  x.acknowledged(nth(3));
  CHECK(x.done());
}
