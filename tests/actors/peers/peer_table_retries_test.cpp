// How a peer that cannot be reached is left out, tried again and taken back.

#include <algorithm>
#include <set>

#include <doctest/doctest.h>

#include "actors/peers/peer_table.hpp"
#include "tests/actors/names.hpp"
#include "tests/at.hpp"

using namespace scalesmall;
using namespace scalesmall::names;
using namespace std::chrono_literals;

namespace {

peer_table table_knowing(std::vector<net_id> peers) {
  return peer_table{nth(1), {std::move(peers)}, 1'000, at(0s), rng{1}};
}

gossip by(const net_id& sender, std::vector<broadcast_id> passed_on = {}) {
  gossip said;
  said.current_id = {sender, 5};
  said.other_ids = std::move(passed_on);
  return said;
}

bool serves(peer_table& t, const net_id& peer) {
  for (const auto& unit : t.serve_by_tcp({}, false, at(10s)).familiar) {
    if (std::ranges::find(unit, peer) != unit.end()) return true;
  }
  return false;
}

/// A table with so many peers beside 1, all of them reached.
peer_table reached_table(std::uint16_t peers) {
  std::vector<net_id> all;
  for (std::uint16_t i = 0; i < peers; ++i)
    all.push_back({nth(2).address, static_cast<std::uint16_t>(1 + i)});
  auto t = table_knowing(all);
  for (const auto& id : all) t.reached(id, at(0s));
  return t;
}

/// The time from `now` until the peer is tried again.
duration wait_for_retry(peer_table& t, const net_id& peer, time_point& now) {
  const auto before = now;
  const auto is_due = [&] {
    const auto due = t.due(now);
    return std::ranges::find(due, peer) != due.end();
  };
  while (!is_due()) now = std::max(t.next_due(), now + 1ns);
  return now - before;
}

/// The time from `now` until the peer is tried again, which then fails again.
duration wait_and_fail(peer_table& t, const net_id& peer, time_point& now) {
  const auto waited = wait_for_retry(t, peer, now);
  t.unreachable(peer, now);
  return waited;
}

}  // namespace

TEST_CASE("a node calls on peers of a former life at once, and they are no seeds") {
  auto t = table_knowing(nodes({2, 3}));
  t.call_on(nodes({2, 3, 4}), at(0s));
  auto due = t.due(at(0s));
  std::ranges::sort(due);
  CHECK(due == nodes({2, 3}));
  CHECK(t.seeds().empty());
  CHECK_FALSE(t.knows(nth(4)));
}

TEST_CASE("several messages that fail together are one failure") {
  auto t = reached_table(400);
  const net_id peer{nth(2).address, 7};
  time_point now{0s};
  for (int i = 0; i < 5; ++i) t.unreachable(peer, now);
  CHECK(wait_and_fail(t, peer, now) <= 1250ms);
  for (int i = 0; i < 5; ++i) t.unreachable(peer, now + 10ms);
  const auto second = wait_and_fail(t, peer, now);
  CHECK(second >= 1500ms);
  CHECK(second <= 2500ms);
}

TEST_CASE(
    "a peer that cannot be reached is left out and tried again, less often in large clusters") {
  struct {
    std::uint16_t peers;
    std::vector<double> waits;
  } const cases[] = {{1, {1, 1, 1, 1, 1, 1, 1, 1}},
                     {12, {1, 2, 3, 3, 3, 3, 3, 3}},
                     {400, {1, 2, 4, 8, 16, 32, 60, 60}}};
  for (const auto& [peers, waits] : cases) {
    const auto size = peers;
    CAPTURE(size);
    auto t = reached_table(peers);
    const net_id peer{nth(2).address, 1};
    time_point now{0s};
    t.unreachable(peer, now);
    CHECK_FALSE(serves(t, peer));
    for (const auto wait : waits) {
      const std::chrono::duration<double> waited = wait_and_fail(t, peer, now);
      CHECK(waited.count() == doctest::Approx(wait).epsilon(0.26));
    }
  }
}

TEST_CASE("a peer that was left out is served again once a gossip of it arrives") {
  auto t = table_knowing({nth(2)});
  t.unreachable(nth(2), at(0s));
  REQUIRE_FALSE(serves(t, nth(2)));
  (void)t.note(by(nth(2)), arrival_path::tcp, at(1s));
  CHECK(serves(t, nth(2)));
}

TEST_CASE(
    "a peer that was left out is served again once it says hello, even if no gossip follows") {
  auto t = table_knowing({nth(2), nth(3)});
  for (const std::uint8_t n : {2, 3}) t.reached(nth(n), at(0s));
  for (const std::uint8_t n : {2, 3}) t.unreachable(nth(n), at(0s));
  REQUIRE_FALSE(serves(t, nth(2)));
  time_point tried{0s};
  (void)wait_and_fail(t, nth(3), tried);
  t.reached(nth(2), at(2s));
  CHECK(serves(t, nth(2)));
  CHECK_FALSE(serves(t, nth(3)));
  // The other one has probably come back, too.
  time_point now{2s};
  CHECK(wait_for_retry(t, nth(3), now) <= 1s);
}

TEST_CASE("a peer is tried again even if the last attempt was not reported to fail") {
  auto t = table_knowing({nth(2)});
  time_point now{0s};
  t.unreachable(nth(2), now);
  for (int attempt = 0; attempt < 3; ++attempt) {
    const auto before = now;
    while (t.due(now).empty()) now = std::max(t.next_due(), now + 1ns);
    CHECK(now - before <= 1250ms);
  }
}

TEST_CASE("an attempt that nobody answers is followed by the next one when it has failed") {
  auto t = reached_table(1);
  const net_id peer{nth(2).address, 1};
  time_point now{0s};
  t.unreachable(peer, now);
  (void)wait_for_retry(t, peer, now);
  for (int attempt = 0; attempt < 5; ++attempt) {
    const auto fails_at = now + 2s;
    while (t.next_due() < fails_at) (void)t.due(now = t.next_due());
    t.unreachable(peer, now = fails_at);
    CHECK(wait_for_retry(t, peer, now) == peer_table::retry_rest);
  }
}

TEST_CASE("an attempt that fails after news of the peer is followed by the next one at once") {
  auto t = reached_table(400);
  const net_id peer{nth(2).address, 1};
  time_point now{0s};
  t.unreachable(peer, now);
  while (now < at(200s)) (void)wait_and_fail(t, peer, now);
  (void)wait_for_retry(t, peer, now);
  const auto begun = now;
  const auto relayed = by({nth(2).address, 2}, {{peer, 77}});
  SUBCASE("which made another attempt due meanwhile") {
    (void)t.note(relayed, arrival_path::tcp, now += 1500ms);
    CHECK(wait_for_retry(t, peer, now) == 0s);
  }
  SUBCASE("which came too soon for another attempt") {
    (void)t.note(relayed, arrival_path::tcp, now += 900ms);
  }
  t.unreachable(peer, now = begun + 2s);
  CHECK(wait_for_retry(t, peer, now) == peer_table::retry_rest);
  // That attempt began after the news.
  t.unreachable(peer, now);
  CHECK(wait_for_retry(t, peer, now) >= 40s);
}

TEST_CASE("news of an unreachable peer by another one makes its retry due") {
  auto t = reached_table(400);
  const net_id peer{nth(2).address, 1};
  const net_id other{nth(2).address, 2};
  time_point now{0s};
  t.unreachable(peer, now);
  while (now < at(100s)) (void)wait_and_fail(t, peer, now);
  const auto relayed = by(other, {{peer, 77}});
  SUBCASE("newer than all that was known of it") {
    (void)t.note(relayed, arrival_path::tcp, now + 5s);
    CHECK(t.next_due() <= now + 5s);
  }
  SUBCASE("but not within a second of the last attempt") {
    (void)t.note(relayed, arrival_path::tcp, now + 100ms);
    time_point later = now + 100ms;
    CHECK(wait_and_fail(t, peer, later) >= 900ms);
  }
  SUBCASE("but not if it is old") {
    (void)t.note(relayed, arrival_path::tcp, now);
    (void)wait_and_fail(t, peer, now);
    (void)wait_and_fail(t, peer, now);
    (void)t.note(relayed, arrival_path::tcp, now);
    CHECK(wait_and_fail(t, peer, now) >= 40s);
  }
}

TEST_CASE("one peer that is back makes the retries of all that were reached due") {
  auto t = reached_table(400);
  time_point now{0s};
  std::vector<net_id> lost;
  for (std::uint16_t port = 1; port <= 5; ++port) lost.push_back({nth(2).address, port});
  for (const auto& id : lost) t.unreachable(id, now);
  while (now < at(200s)) (void)wait_and_fail(t, lost[0], now);
  // Attempts that are not reported to fail go on at the same pace, so take what is overdue first.
  (void)t.due(now);
  const auto at = now + 2s;
  (void)t.note(by(lost[0]), arrival_path::tcp, at);
  std::set<net_id> tried;
  for (now = at; now < at + 1500ms; now = std::max(t.next_due(), now + 1ms)) {
    for (const auto& id : t.due(now)) tried.insert(id);
  }
  for (std::size_t i = 1; i < lost.size(); ++i) CHECK(tried.contains(lost[i]));
}

TEST_CASE("few unreachable peers are tried at once") {
  std::vector<net_id> many;
  for (std::uint8_t n = 2; n < 102; ++n) many.push_back(nth(n));
  auto t = table_knowing(many);
  for (const auto& id : many) t.unreachable(id, at(0s));
  std::size_t most = 0;
  std::size_t all = 0;
  for (time_point now{0s}; now < at(3s); now = std::max(t.next_due(), now + 1ms)) {
    const auto due = t.due(now).size();
    most = std::max(most, due);
    all += due;
  }
  CHECK(most <= peer_table::retries_at_once + 1);
  CHECK(all >= 90);
}
