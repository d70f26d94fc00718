#include "actors/peers/peer_table.hpp"

#include <algorithm>
#include <set>

#include <doctest/doctest.h>

#include "messages/limits.hpp"
#include "tests/actors/names.hpp"
#include "tests/at.hpp"

using namespace scalesmall;
using namespace scalesmall::names;
using namespace std::chrono_literals;

namespace {

constexpr std::uint64_t first_number = 1000;

peer_table table_of(std::uint8_t n, std::vector<net_id> known = {}) {
  return peer_table{nth(n), {std::move(known)}, first_number, at(0s), rng{1}};
}

gossip from(std::uint8_t n, std::uint64_t seqno, std::vector<broadcast_id> seen = {}) {
  return {{nth(n), seqno}, std::move(seen), {}, {}, {}, {}};
}

std::vector<net_id> flat(const peer_table::recipients& to) {
  std::vector<net_id> all;
  for (const auto* units : {&to.familiar, &to.strangers}) {
    for (const auto& unit : *units) all.insert(all.end(), unit.begin(), unit.end());
  }
  if (to.put_back) all.push_back(*to.put_back);
  std::ranges::sort(all);
  return all;
}

}  // namespace

TEST_CASE("peers are learned from envelopes and rows, never this node itself") {
  auto t = table_of(1);
  auto heard = from(2, 5);
  heard.distribution_list = {nth(1), nth(3)};
  heard.messages = {{"g", {{nth(4), {1, 0}}}, {}}};
  (void)t.note(heard, arrival_path::tcp, at(0s));
  CHECK(t.known() == std::vector{nth(2), nth(3), nth(4)});
}

TEST_CASE("the number of peers is bounded") {
  auto t = table_of(1);
  std::vector<net_id> many;
  for (std::size_t i = 0; i < limits::peers_max + 10; ++i) {
    many.push_back({ip_address::v4(9, static_cast<std::uint8_t>(i >> 16),
                                   static_cast<std::uint8_t>(i >> 8), static_cast<std::uint8_t>(i)),
                    1});
  }
  t.learn(many, at(0s));
  CHECK(t.known().size() == limits::peers_max);
}

TEST_CASE("broadcasts serve fewer strangers the fewer of them can be reached") {
  auto t = table_of(1, {nth(2)});
  t.reached(nth(2), at(0s));
  t.reached(nth(9), at(0s));  // an unknown peer
  std::vector<net_id> many;
  for (std::uint64_t i = 0; i < 1'000; ++i) many.push_back({ip_address::from_halves(1, i), 1});
  t.learn(many, at(0s));
  const auto all = t.serve_by_tcp({}, false, at(10s));
  CHECK(flat(all).size() == 1'001);
  CHECK(all.strangers.empty());
  for (int i = 0; i < 100; ++i) t.unreachable(many[static_cast<std::size_t>(i)], at(1s));
  const auto few = t.serve_by_tcp({}, false, at(10s));
  CHECK(few.familiar == std::vector<multicast_unit>{{nth(2)}});
  CHECK(flat(few).size() == 1 + peer_table::strangers_min);
  CHECK(flat(few) != flat(t.serve_by_tcp({}, false, at(10s))));
  for (int i = 100; i < 110; ++i) t.reached(many[static_cast<std::size_t>(i)], at(0s));
  CHECK(flat(t.serve_by_tcp({}, false, at(10s))).size() == 901);
}

TEST_CASE("nobody waits for a doubtful peer to relay a broadcast") {
  auto t = table_of(1, {nth(2), nth(3), nth(4)});
  for (const std::uint8_t n : {2, 3, 4}) t.reached(nth(n), at(0s));
  t.doubt({nth(3), nth(9)});
  for (const auto& asked : {std::optional<std::vector<net_id>>{}, {{nth(2), nth(3), nth(4)}}}) {
    const auto to = t.serve_by_tcp(asked, false, at(10s));
    CHECK(to.familiar == std::vector<multicast_unit>{{nth(2)}, {nth(4)}});
    CHECK(to.strangers == std::vector<multicast_unit>{{nth(3)}});
  }
  t.doubt({});
  CHECK(t.serve_by_tcp({}, false, at(10s)).familiar.size() == 3);
}

TEST_CASE("a reached peer is no stranger to the table of a restarted owner") {
  std::vector<net_id> many;
  for (std::uint64_t i = 0; i < 5'000; ++i) many.push_back({ip_address::from_halves(1, i), 1});
  auto t = table_of(1, many);
  CHECK(flat(t.serve_by_tcp({}, false, at(10s))).size() == peer_table::strangers_first);
  for (std::size_t i = 0; i < 3; ++i) t.reached(many[i], at(0s));
  const auto version = t.memory_version();
  t.reached(many[3], at(0s));
  CHECK(t.memory_version() > version);
  CHECK(t.memory() == peer_memory{many, {many.begin(), many.begin() + 4}});
  peer_table next{nth(1), t.memory(), first_number, at(0s), rng{1}};
  CHECK(flat(next.serve_by_tcp({}, false, at(10s))) == many);
}

TEST_CASE("exchanges of a machine's nodes share slots, but not all begin in the same slot") {
  std::set<time_point> begun;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    peer_table t{nth(1), {}, first_number, at(3ms), rng{seed}};
    for (int i = 0; i < 3; ++i) {
      const auto next = t.next_due();
      CHECK(next.time_since_epoch() % peer_table::exchange_slot{1} == 0ms);
      (void)t.due(next);
      CHECK(t.next_due() - next >= 700ms);
      CHECK(t.next_due() - next <= 1300ms);
      begun.insert(next);
    }
  }
  CHECK(begun.size() > 6);
  CHECK(begun.size() < 30);
}

TEST_CASE("invented peers do not keep a node from exchanges with real ones") {
  auto t = table_of(1, {nth(2)});
  t.reached(nth(2), at(0s));
  std::vector<net_id> many;
  for (std::uint64_t i = 0; i < 10'000; ++i) many.push_back({ip_address::from_halves(1, i), 1});
  t.learn(many, at(0s));
  int real = 0;
  for (time_point now{2s}; now < at(100s); now += 2s) {
    for (const auto& peer : t.due(now)) real += peer == nth(2) ? 1 : 0;
  }
  CHECK(real >= 15);
}

TEST_CASE("a peer that was never reached gets its share of the exchanges") {
  auto t = table_of(1, {nth(2), nth(3)});
  t.reached(nth(2), at(0s));
  int stranger = 0;
  for (time_point now{2s}; now < at(802s); now += 2s) {
    for (const auto& peer : t.due(now)) stranger += peer == nth(3) ? 1 : 0;
  }
  CHECK(stranger >= 160);
  CHECK(stranger <= 240);
}

TEST_CASE("a peer that lists a number never used does not count as hearing us") {
  auto t = table_of(1, {nth(2)});
  const auto id = t.take_ids(1, true, 8).first;
  (void)t.note(from(2, 7, {{nth(1), id.seqno + 1}}), arrival_path::multicast, at(0s));
  CHECK(t.serve_by_tcp({}, true, at(10s)).familiar.size() == 1);
  (void)t.note(from(2, 8, {id}), arrival_path::multicast, at(0s));
  CHECK(t.serve_by_tcp({}, true, at(10s)).familiar.empty());
}

TEST_CASE("numbers are consecutive") {
  auto t = table_of(1);
  CHECK(t.take_ids(3, true, 8).first == broadcast_id{nth(1), first_number});
  CHECK(t.take_ids(1, false, 8).first == broadcast_id{nth(1), first_number + 3});
  CHECK(t.next_seqno() == first_number + 4);
}

TEST_CASE("peers that list a recent multicast of ours are not served, except for a random one") {
  auto t = table_of(1, {nth(2), nth(3), nth(4)});
  CHECK(flat(t.serve_by_tcp({}, true, at(10s))) == std::vector{nth(2), nth(3), nth(4)});
  const auto id = t.take_ids(1, true, 8).first;
  for (std::uint8_t n = 2; n <= 4; ++n)
    (void)t.note(from(n, 7, {id}), arrival_path::multicast, at(0s));

  std::vector<net_id> put_back;
  for (int i = 0; i < 100; ++i) {
    const auto served = flat(t.serve_by_tcp({}, true, at(10s)));
    REQUIRE(served.size() == 1);
    put_back.push_back(served[0]);
  }
  for (std::uint8_t n = 2; n <= 4; ++n) CHECK(std::ranges::count(put_back, nth(n)) > 10);
  CHECK(flat(t.serve_by_tcp({}, false, at(10s))).size() == 3);

  SUBCASE("the window expires") {
    for (std::size_t i = 0; i < peer_table::hearing_window; ++i) (void)t.take_ids(1, true, 8);
    CHECK(flat(t.serve_by_tcp({}, true, at(10s))).size() == 3);
    SUBCASE("numbers that were not multicast do not count") {
      const auto again = t.take_ids(1, true, 8).first;
      (void)t.note(from(2, 8, {again}), arrival_path::multicast, at(0s));
      (void)t.take_ids(1000, false, 8);
      CHECK(flat(t.serve_by_tcp(std::vector{nth(2), nth(3)}, true, at(10s))) ==
            std::vector{nth(3)});
    }
  }
}

TEST_CASE("the peer put back is in no unit, so that no relay of another subnet serves it") {
  auto t = table_of(1, {nth(2), nth(3)});
  const auto id = t.take_ids(1, true, 8).first;
  (void)t.note(from(2, 7, {id}), arrival_path::multicast, at(0s));
  int put_back = 0;
  for (int i = 0; i < 100; ++i) {
    const auto to = t.serve_by_tcp({}, true, at(10s));
    REQUIRE((to.familiar == std::vector<multicast_unit>{{nth(3)}}));
    if (!to.put_back) continue;
    REQUIRE(*to.put_back == nth(2));
    ++put_back;
  }
  CHECK(put_back > 20);
  CHECK(put_back < 80);
}

TEST_CASE("a node that has just started does not serve many peers that it only overheard") {
  auto t = table_of(1, {nth(2)});
  (void)t.note(from(3, 7), arrival_path::tcp, at(0s));
  const auto overhear = [&t](std::size_t n) {
    (void)t.note(from(static_cast<std::uint8_t>(10 + n), 7), arrival_path::multicast, at(0s));
  };
  for (std::size_t n = 0; n < peer_table::overheard_max; ++n) overhear(n);
  CHECK(flat(t.serve_by_tcp({}, true, at(0s))) == t.known());
  overhear(peer_table::overheard_max);
  const auto second = at(peer_table::exchange_period);
  CHECK(flat(t.serve_by_tcp({}, true, second - 1ns)) == std::vector{nth(2), nth(3)});
  CHECK(flat(t.serve_by_tcp({}, true, second)) == t.known());
  CHECK(flat(t.serve_by_tcp({}, false, at(0s))) == t.known());
  CHECK(flat(t.serve_by_tcp(std::vector{nth(10)}, true, at(0s))) == std::vector{nth(10)});
}

TEST_CASE("hearing reports are due once, one exchange_period after the start") {
  auto t = table_of(1);
  const auto second = at(peer_table::exchange_period);
  for (std::uint8_t n = 2; n < 2 + peer_table::seen_ids_per_report + 1; ++n)
    (void)t.note(from(n, 7), arrival_path::multicast, at(0s));
  CHECK(t.reports_due(second - 1ns) == 0);
  CHECK(t.reports_due(second) == 2);
  CHECK(t.reports_due(at(1h)) == 0);
  CHECK(table_of(1, {nth(2)}).reports_due(second) == 0);
}

TEST_CASE("only the peers asked for are served") {
  auto t = table_of(1, {nth(2), nth(3)});
  CHECK(flat(t.serve_by_tcp(std::vector{nth(3), nth(1), nth(9)}, false, at(10s))) ==
        std::vector{nth(3), nth(9)});
  CHECK(flat(t.serve_by_tcp(std::vector<net_id>{}, true, at(10s))).empty());
}

TEST_CASE("peers that hear each other are one unit") {
  auto t = table_of(1, {nth(2), nth(3), nth(4)});
  (void)t.note(from(2, 5, {{nth(3), 6}}), arrival_path::tcp, at(0s));
  (void)t.note(from(3, 6, {{nth(2), 5}}), arrival_path::tcp, at(0s));
  const auto units = t.serve_by_tcp({}, false, at(10s)).familiar;
  CHECK(units.size() == 2);
}

TEST_CASE("seen ids rotate, and the target's own comes first") {
  std::vector<net_id> all;
  auto t = table_of(1);
  for (std::uint8_t n = 2; n < 22; ++n)
    (void)t.note(from(n, 100 + n), arrival_path::multicast, at(0s));
  std::vector<broadcast_id> told;
  for (int i = 0; i < 3; ++i) {
    const auto ids = t.take_ids(1, true, 8);
    CHECK(ids.seen_ids.size() == 8);
    CHECK(std::ranges::is_sorted(ids.seen_ids));
    told.insert(told.end(), ids.seen_ids.begin(), ids.seen_ids.end());
  }
  std::ranges::sort(told);
  told.erase(std::unique(told.begin(), told.end()), told.end());
  CHECK(told.size() == 20);
  CHECK(std::ranges::count(t.take_ids(1, false, 2, nth(15)).seen_ids, broadcast_id{nth(15), 115}) ==
        1);
}

TEST_CASE("a gossip that came by TCP does not count as heard") {
  auto t = table_of(1);
  (void)t.note(from(2, 5), arrival_path::tcp, at(0s));
  CHECK_FALSE(t.hears(nth(2)));
  CHECK(t.take_ids(1, true, 8).seen_ids.empty());
  (void)t.note(from(2, 6), arrival_path::multicast, at(0s));
  CHECK(t.hears(nth(2)));
}

TEST_CASE("a node that is served without need reports its hearing at a limited rate") {
  auto t = table_of(1);
  (void)t.note(from(2, 5), arrival_path::multicast, at(10s));
  CHECK(t.note(from(2, 5), arrival_path::tcp, at(10s)).report);
  CHECK_FALSE(t.note(from(2, 5), arrival_path::tcp, at(10s + 10ms)).report);
  SUBCASE("not again once it has listed the number") {
    (void)t.take_ids(1, true, 8);
    CHECK_FALSE(t.note(from(2, 5), arrival_path::tcp, at(20s)).report);
    SUBCASE("until that number is old") {
      (void)t.note(from(2, 5 + peer_table::hearing_window), arrival_path::multicast, at(20s));
      CHECK(t.note(from(2, 5 + peer_table::hearing_window), arrival_path::tcp, at(20s)).report);
    }
  }
  SUBCASE("also when a relay brings it") {
    auto relay = from(3, 50);
    relay.other_ids = {{nth(2), 5}};
    CHECK(t.note(relay, arrival_path::tcp, at(20s)).report);
  }
}

TEST_CASE("a newcomer heard by multicast gets an exchange") {
  auto t = table_of(1);
  CHECK(t.note(from(2, 5), arrival_path::multicast, at(1s)).exchange);
  CHECK_FALSE(t.note(from(2, 6), arrival_path::multicast, at(1s)).exchange);
  CHECK_FALSE(t.note(from(3, 6), arrival_path::tcp, at(1s)).exchange);
}

TEST_CASE("a node that has just started turns to one newcomer, a settled one to a few") {
  const auto turns = [](time_point now) {
    auto t = table_of(1);
    int count = 0;
    for (std::uint8_t n = 2; n < 202; ++n)
      count += t.note(from(n, 5), arrival_path::multicast, now).exchange ? 1 : 0;
    return count;
  };
  CHECK(turns(at(999ms)) == 1);
  CHECK(turns(at(1s)) >= 3);
  CHECK(turns(at(1s)) < 40);
}

TEST_CASE("seeds are due at once, then one peer a second") {
  auto t = table_of(1);
  t.contact(std::vector{nth(2), nth(3)}, at(0s));
  CHECK(t.due(at(0s)) == std::vector{nth(2), nth(3)});
  CHECK(t.due(at(1ms)).empty());
  int exchanges = 0;
  for (time_point now{0s}; now < at(100s); now += 10ms)
    exchanges += static_cast<int>(t.due(now).size());
  CHECK(exchanges > 80);
  CHECK(exchanges < 125);
}

TEST_CASE("next_due is the time of the next exchange") {
  auto t = table_of(1, {nth(2)});
  const auto at = t.next_due();
  CHECK(t.due(at - 1ns).empty());
  CHECK(t.due(at) == std::vector{nth(2)});
  CHECK(t.next_due() > at);
}

TEST_CASE("partners are few and change") {
  std::vector<net_id> many;
  for (std::uint8_t n = 2; n < 102; ++n) many.push_back(nth(n));
  auto t = table_of(1, many);
  std::vector<net_id> first_seconds;
  std::vector<net_id> hours;
  for (time_point now{0s}; now < at(5h); now = std::max(t.next_due(), now + 1ms)) {
    for (const auto& id : t.due(now)) {
      if (now < at(8s)) first_seconds.push_back(id);
      hours.push_back(id);
    }
  }
  const auto different = [](std::vector<net_id> ids) {
    std::ranges::sort(ids);
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
    return ids.size();
  };
  CHECK(different(first_seconds) <= peer_table::partners_max);
  CHECK(different(hours) == many.size());
}
