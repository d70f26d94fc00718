#include "actors/peers/hop_plan.hpp"

#include <chrono>
#include <vector>

#include <doctest/doctest.h>

#include "tests/actors/names.hpp"
#include "tests/at.hpp"

using namespace scalesmall;
using namespace std::chrono_literals;
using names::nth;

namespace {

constexpr std::uint64_t first_number = 1'000;

/// The table of node 1, which has reached 2 and 3, and hears 2 by multicast.
peer_table table() {
  peer_table t{nth(1), {{nth(2), nth(3)}, {nth(2), nth(3)}}, first_number, at(0s), rng{1}};
  gossip heard;
  heard.current_id = {nth(2), 5};
  (void)t.note(heard, arrival_path::multicast, at(0s));
  return t;
}

}  // namespace

TEST_CASE("a multicast takes a number for each datagram, and so does TCP for each frame") {
  auto t = table();
  const auto both = plan(t, plan_hops{3, 2, {}}, at(10s));
  CHECK(both.multicast);
  CHECK(both.ids.first == broadcast_id{nth(1), first_number});
  CHECK(both.by_tcp.familiar.size() == 2);
  const auto by_tcp = plan(t, plan_hops{0, 2, {}}, at(10s));
  CHECK_FALSE(by_tcp.multicast);
  CHECK(by_tcp.ids.first == broadcast_id{nth(1), first_number + 3});
  CHECK(t.next_seqno() == first_number + 5);
}

TEST_CASE("a multicast takes enough numbers for the frames if these are more than the datagrams") {
  auto t = table();
  const auto both = plan(t, plan_hops{1, 4, {}}, at(10s));
  CHECK(both.multicast);
  CHECK(both.numbers == 4);
  CHECK(t.next_seqno() == first_number + 4);
}

TEST_CASE("a node does not multicast again what its neighbours have heard") {
  auto t = table();
  CHECK_FALSE(plan(t, plan_hops{1, 1, {}, nth(2)}, at(10s)).multicast);
  CHECK(plan(t, plan_hops{1, 1, {}, nth(3)}, at(10s)).multicast);
}

TEST_CASE("the silent are named only beside rows and clocks") {
  auto t = table();
  const auto later = at(std::chrono::hours{5});
  CHECK(plan(t, plan_direct{nth(3), 2, false}, later).silent.empty());
  // And the sender's own setting, which makes the list evidence.
  const std::uint32_t day = 24 * 3'600;
  const std::uint32_t five = 5 * 3'600;
  CHECK(plan(t, plan_direct{nth(3), 2, true}, later).silent ==
        std::vector<silence>{{nth(1), day}, {nth(2), five}, {nth(3), five}});
  CHECK(t.next_seqno() == first_number + 4);
}

TEST_CASE("each partner of an exchange has a number of its own, and is told what is heard of it") {
  auto t = table();
  const auto partners = plan_exchanges(t, {nth(2), nth(3)}, at(10s));
  REQUIRE(partners.size() == 2);
  CHECK(partners[0].peer == nth(2));
  CHECK(partners[0].ids.first.seqno == first_number);
  CHECK(partners[0].ids.seen_ids == std::vector<broadcast_id>{{nth(2), 5}});
  CHECK(partners[1].ids.first.seqno == first_number + 1);
}

TEST_CASE("a request is one of the first until somebody has answered") {
  auto t = table();
  const auto is_first = [&] { return plan_exchanges(t, {nth(3)}, at(1s)).front().first; };
  CHECK(is_first());
  t.answered();
  CHECK_FALSE(is_first());
}

TEST_CASE("a request tells evidence now and then, and otherwise the sender's setting") {
  auto t = table();
  const auto silent_at = [&](time_point now) {
    return plan_exchanges(t, {nth(3)}, now).front().ids.silent;
  };
  const std::uint32_t day = 24 * 3'600;
  const std::vector<silence> evidence{{nth(1), day}};
  const std::vector<silence> setting{{nth(3), day}};
  CHECK(silent_at(at(1s)) == evidence);
  CHECK(silent_at(at(2s)) == setting);
  CHECK(silent_at(at(449s)) == setting);
  CHECK(silent_at(at(452s)) == evidence);
  t.unreachable(nth(3), at(900s));
  CHECK(silent_at(at(2'000s)) == setting);
}
