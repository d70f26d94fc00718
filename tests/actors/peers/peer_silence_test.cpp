#include <algorithm>

#include <doctest/doctest.h>

#include "actors/peers/peer_table.hpp"
#include "tests/actors/names.hpp"
#include "tests/at.hpp"

using namespace scalesmall;
using namespace scalesmall::names;
using namespace std::chrono_literals;

namespace {

constexpr std::uint64_t first_seqno = 1000;
constexpr std::uint32_t hour_seconds = 3'600;

peer_table table_of_life(std::uint8_t n, std::vector<net_id> known = {}) {
  return peer_table{nth(n), {std::move(known)}, first_seqno, at(0s), rng{1}};
}

gossip hop_from(std::uint8_t n, std::uint64_t seqno) {
  return {{nth(n), seqno}, {}, {}, {}, {}, {}};
}

/// A request of an exchange with evidence of a node whose setting is this.
gossip evidence_of(std::uint8_t n, std::uint32_t forget_hours, std::vector<silence> silent = {}) {
  auto told = hop_from(n, 5);
  told.summary.emplace();
  told.silent = std::move(silent);
  told.silent.insert(std::ranges::lower_bound(told.silent, nth(n), {}, &silence::member),
                     {nth(n), forget_hours * hour_seconds});
  return told;
}

}  // namespace

TEST_CASE("a peer not heard of for a day is forgotten, but a seed stays known") {
  auto t = table_of_life(1);
  t.contact(std::vector{nth(9)}, at(0s), peer_table::contact_as::seed);
  (void)t.note(hop_from(2, 5), arrival_path::tcp, at(0s));
  (void)t.note(hop_from(3, 5), arrival_path::tcp, at(12h));
  CHECK(t.forget(at(23h)).empty());
  CHECK(t.forget(at(24h)) == std::vector{nth(2), nth(9)});
  CHECK(t.known() == std::vector{nth(3), nth(9)});
  CHECK(t.forget(at(25h)).empty());
  CHECK(t.forget(at(36h)) == std::vector{nth(3)});
  while (t.next_due() < at(37h)) (void)t.due(t.next_due());
}

TEST_CASE("the silence of a member is what the sender of its row says") {
  auto t = table_of_life(1);
  auto told = hop_from(2, 5);
  told.messages = {{"g", {{nth(3), {1, 0}}, {nth(4), {1, 0}}, {nth(5), {1, 0}}}, {}}};
  told.silent = {{nth(3), 20 * 3600}, {nth(5), 25 * 3600}};
  CHECK(t.note(told, arrival_path::tcp, at(100h)).long_dead == std::vector{nth(5)});
  CHECK(t.known() == std::vector{nth(2), nth(3), nth(4)});
  CHECK(t.silent(at(100h)) == std::vector<silence>{{nth(3), 20 * 3600}, {nth(4), 3600}});
  SUBCASE("a repeated row does not keep its member alive") {
    for (time_point now{100h}; now < at(104h); now += 10min) {
      told.silent[0].seconds += 600;
      (void)t.note(told, arrival_path::tcp, now);
    }
    CHECK(t.forget(at(104h)) == std::vector{nth(3)});
  }
  SUBCASE("a new broadcast of the member keeps it alive") {
    auto relay = hop_from(2, 6);
    relay.other_ids = {{nth(3), 77}};
    (void)t.note(relay, arrival_path::tcp, at(101h));
    CHECK(t.silent(at(101h)) == std::vector<silence>{{nth(4), 2 * 3600}});
    SUBCASE("but the same broadcast does so only once") {
      (void)t.note(relay, arrival_path::tcp, at(103h));
      CHECK(t.silent(at(103h))[0].seconds == 2 * 3600);
    }
  }
}

TEST_CASE("a digest on which both agree is news of all its members but the silent ones") {
  auto t = table_of_life(1, {nth(3), nth(4), nth(5)});
  const std::vector both{nth(3), nth(4)};
  (void)t.note(evidence_of(2, 24, {{nth(4), 7 * hour_seconds}}), arrival_path::tcp, at(10h), both);
  // Number 3 was heard of at 9 h, number 4 at 3 h, number 5 at the beginning.
  CHECK(t.silent(at(20h)) == std::vector<silence>{{nth(2), 10 * hour_seconds},
                                                  {nth(3), 11 * hour_seconds},
                                                  {nth(4), 17 * hour_seconds},
                                                  {nth(5), 20 * hour_seconds}});
  SUBCASE("but not if its sender does not list the silent") {
    auto untold = evidence_of(2, 24);
    untold.silent.clear();
    (void)t.note(untold, arrival_path::tcp, at(20h), both);
    CHECK(t.silent(at(20h)).size() == 3);
  }
  SUBCASE("and older news changes nothing") {
    (void)t.note(evidence_of(2, 24, {{nth(3), 15 * hour_seconds}}), arrival_path::tcp, at(20h),
                 both);
    CHECK(t.silent(at(20h))[0] == silence{nth(3), 11 * hour_seconds});
  }
}

TEST_CASE("clocks of a digest are news of their members") {
  auto t = table_of_life(1, {nth(3), nth(4)});
  auto told = evidence_of(2, 24, {{nth(4), 9 * hour_seconds}});
  told.summary->groups = {{"g", {{nth(3), {1, 0}}, {nth(4), {1, 0}}, {nth(9), {1, 0}}}}};
  (void)t.note(told, arrival_path::tcp, at(10h));
  CHECK(t.silent(at(11h)) == std::vector<silence>{{nth(2), hour_seconds},
                                                  {nth(3), 2 * hour_seconds},
                                                  {nth(4), 10 * hour_seconds}});
  CHECK_FALSE(t.knows(nth(9)));  // its row has not come
}

TEST_CASE("the longest setting of a known peer holds") {
  peer_table t{nth(1), {{nth(3)}}, first_seqno, at(0s), rng{1}, 2h};
  CHECK(t.forget_time() == 2h);
  SUBCASE("by evidence") { (void)t.note(evidence_of(2, 24), arrival_path::tcp, at(1h)); }
  SUBCASE("by a request without evidence") {
    auto told = hop_from(2, 5);
    told.summary.emplace();
    told.silent = {{nth(1), 24 * hour_seconds}};
    (void)t.note(told, arrival_path::tcp, at(1h));
  }
  CHECK(t.forget_time() == 24h);
  CHECK(t.forget(at(23h)).empty());
  CHECK(t.forget(at(24h)) == std::vector{nth(3)});
  CHECK(t.forget(at(25h)) == std::vector{nth(2)});
  CHECK(t.forget(at(26h)).empty());
  CHECK(t.forget_time() == 2h);
}

TEST_CASE("a peer is not forgotten sooner than news of it may come") {
  peer_table t{nth(1), {{nth(2), nth(3)}}, first_seqno, at(0s), rng{1}, 1s};
  CHECK(peer_table::shortest_forget(2) == 30s);
  CHECK(t.forget(at(29s)).empty());
  CHECK(t.forget(at(30s)).size() == 2);
  CHECK(peer_table::shortest_forget(5'000) == 85s);
}

TEST_CASE("a forgotten peer comes back by much newer news of it only") {
  auto t = table_of_life(1, {nth(3)});
  REQUIRE(t.forget(at(24h)) == std::vector{nth(3)});
  auto told = evidence_of(2, 24, {{nth(3), 20 * hour_seconds}});
  told.messages = {{"g", {{nth(3), {1, 0}}}, {}}};
  auto heard = t.note(told, arrival_path::tcp, at(25h));  // it was heard of at 5 h
  CHECK(heard.long_dead == std::vector{nth(3)});
  CHECK(heard.revived.empty());
  SUBCASE("told of it") {
    told.silent = evidence_of(2, 24, {{nth(3), 2 * hour_seconds}}).silent;
    heard = t.note(told, arrival_path::tcp, at(25h));
  }
  SUBCASE("by itself") { heard = t.note(hop_from(3, 7), arrival_path::tcp, at(25h)); }
  CHECK(heard.revived == std::vector{nth(3)});
  CHECK(heard.long_dead.empty());
  CHECK(t.knows(nth(3)));
}

TEST_CASE("time in which this node did nothing does not count") {
  auto t = table_of_life(1, {nth(3)});
  t.slept(30h);
  CHECK(t.forget(at(40h)).empty());
  CHECK(t.forget(at(54h)) == std::vector{nth(3)});
}

TEST_CASE("an address that a name no longer has is no seed any more") {
  peer_table t{nth(1), {}, first_seqno, at(0s), rng{1}, 60s};
  t.contact(std::vector{nth(9)}, at(0s), peer_table::contact_as::seed);
  t.name_has(0, std::vector{nth(2), nth(3), nth(9)}, at(0s));
  t.name_has(1, std::vector{nth(2)}, at(0s));
  CHECK(t.due(at(0s)).size() == 3);
  (void)t.note(hop_from(3, 5), arrival_path::tcp, at(1s));
  t.name_has(0, std::vector{nth(4)}, at(2s));
  // Number 2 is still a seed by the other name, 3 is alive, 9 is a seed of the configuration.
  CHECK(t.known() == nodes({2, 3, 4, 9}));
  t.name_has(1, std::vector{nth(4)}, at(3s));
  CHECK(t.known() == nodes({3, 4, 9}));
  (void)t.forget(at(100s));
  CHECK(t.known() == nodes({4, 9}));
  t.name_has(0, std::vector{nth(5)}, at(101s));
  CHECK(t.known() == nodes({4, 5, 9}));  // number 4 is a seed by the other name
}

TEST_CASE("a seed that is dropped stays a peer if it was heard of or has a name") {
  peer_table t{nth(1), {}, first_seqno, at(0s), rng{1}, 60s};
  t.contact(nodes({2, 3, 4}), at(0s), peer_table::contact_as::seed);
  t.contact(nodes({5}), at(0s));
  t.name_has(0, std::vector{nth(4)}, at(0s));
  (void)t.note(hop_from(3, 5), arrival_path::tcp, at(1s));
  const auto before = t.memory_version();
  t.drop_seeds(nodes({2, 3, 4, 5, 6}));
  CHECK(t.known() == nodes({3, 4, 5}));
  CHECK(t.seeds() == nodes({4, 5}));  // a join named number 5
  CHECK(t.memory_version() != before);
  (void)t.forget(at(100s));
  CHECK(t.known() == nodes({4}));
}

TEST_CASE("the addresses of a seed's name outlive a restart of the table's owner as named") {
  peer_table t{nth(1), {}, first_seqno, at(0s), rng{1}, 60s};
  const auto before = t.memory_version();
  t.name_has(0, std::vector{nth(2)}, at(0s));
  CHECK(t.memory().named == nodes({2}));
  CHECK(t.memory_version() != before);
  (void)t.note(hop_from(2, 5), arrival_path::tcp, at(1s));
  const auto named = t.memory_version();
  t.name_has(0, std::vector{nth(3)}, at(2s));
  CHECK(t.memory().named == nodes({3}));
  CHECK(t.memory_version() != named);
}

TEST_CASE("a node that takes live members for silent is told at once, but not in a loop") {
  auto t = table_of_life(1, {nth(3)});
  (void)t.note(hop_from(3, 5), arrival_path::tcp, at(10h));
  CHECK_FALSE(t.note(evidence_of(2, 24, {{nth(3), 2 * hour_seconds}}), arrival_path::tcp, at(11h))
                  .exchange);
  const auto badly_informed = evidence_of(2, 24, {{nth(3), 5 * hour_seconds}});
  CHECK(t.note(badly_informed, arrival_path::tcp, at(11h)).exchange);
  CHECK(t.silent_in_request(nth(2), at(11h)).back().member == nth(3));
  CHECK_FALSE(t.note(badly_informed, arrival_path::tcp, at(11h + 50ms)).exchange);
  CHECK(t.note(evidence_of(2, 24, {{nth(1), 4 * hour_seconds}}), arrival_path::tcp, at(12h))
            .exchange);
}

TEST_CASE("a distribution list does not bring back a forgotten peer") {
  auto t = table_of_life(1, {nth(3)});
  REQUIRE(t.forget(at(24h)) == std::vector{nth(3)});
  auto relayed = hop_from(2, 5);
  relayed.distribution_list = {nth(3), nth(4)};
  (void)t.note(relayed, arrival_path::tcp, at(25h));
  CHECK(t.known() == std::vector{nth(2), nth(4)});
}
