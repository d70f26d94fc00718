#include "actors/broadcast/pending_hops.hpp"

#include <map>

#include <doctest/doctest.h>

#include "actors/arrival/seen_broadcasts.hpp"
#include "net/rng.hpp"
#include "tests/actors/names.hpp"
#include "tests/at.hpp"

using namespace scalesmall;
using namespace scalesmall::names;
using namespace std::chrono_literals;

namespace {

pending_hops::hop_ptr hop_to(std::uint8_t n, std::vector<net_id> rest = {}) {
  return std::make_shared<tcp_hop>(tcp_hop{{nth(1), 7}, {}, nullptr, {nth(n), std::move(rest)}});
}

/// Acknowledgements that all take as long.
void measure(pending_hops& flights, duration each, int times) {
  for (int i = 0; i < times; ++i) flights.acknowledged(flights.begin(hop_to(9), at(0ms)), at(each));
}

/// A broadcast in which half of all hops are lost, but for the last attempt at each, and half of
/// the others are not acknowledged in time.
class lossy_broadcast {
public:
  lossy_broadcast(std::uint8_t nodes, std::uint64_t seed) : random_(seed) {
    std::vector<net_id> others;
    for (std::uint8_t n = 2; n <= nodes; ++n) others.push_back(nth(n));
    serve(nth(1), others, {});
    while (!open_.empty()) step();
  }

  [[nodiscard]] std::size_t reached() const { return served_.size(); }

private:
  void serve(const net_id& self, const std::vector<net_id>& list, payload what) {
    const auto shared = std::make_shared<const payload>(std::move(what));
    std::vector<multicast_unit> units;
    for (const auto& x : list) units.push_back({x});
    const broadcast_id id{self, ++last_number_};
    for (auto& to : plan_broadcast(self, units))
      send(std::make_shared<tcp_hop>(tcp_hop{id, {}, shared, std::move(to)}));
  }

  void send(pending_hops::hop_ptr hop) {
    open_.emplace(now_ + duration{random_.below(1'000'000)}, std::move(hop));
  }

  void step() {
    const auto first = open_.begin();
    const auto hop = first->second;
    now_ = first->first;
    open_.erase(first);
    const bool arrives = hop->tries == hop_tries_max || random_.chance(0.5);
    if (arrives) {
      const auto arrived = gossip_of(*hop);
      const auto asked = served_[hop->to.target].note(arrived);
      serve(hop->to.target, asked.list, relayed(arrived));
    }
    if (arrives && random_.chance(0.5)) return;
    for (auto& next : reroute(*hop))
      open_.emplace(now_ + pending_hops::patience_min, std::move(next));
  }

  rng random_;
  time_point now_{};
  std::multimap<time_point, pending_hops::hop_ptr> open_;
  std::map<net_id, seen_broadcasts> served_;
  std::uint64_t last_number_ = 0;
};

}  // namespace

TEST_CASE("a hop that is acknowledged is not overdue") {
  pending_hops flights;
  CHECK_FALSE(flights.next_due());
  CHECK_FALSE(flights.is_waiting());
  const auto which = flights.begin(hop_to(2), at(0ms));
  CHECK(flights.is_waiting());
  CHECK(flights.next_due() == at(pending_hops::patience_first));
  flights.acknowledged(which, at(1ms));
  CHECK_FALSE(flights.is_waiting());
  CHECK_FALSE(flights.next_due());
  CHECK(flights.overdue(at(1h)).empty());
}

TEST_CASE("one that is not is overdue once") {
  pending_hops flights;
  const auto hop = hop_to(2);
  (void)flights.begin(hop, at(0ms));
  CHECK(flights.overdue(at(199ms)).empty());
  CHECK(flights.is_waiting());
  const auto found = flights.overdue(at(200ms));
  REQUIRE(found.size() == 1);
  CHECK(found[0].hop == hop);
  CHECK_FALSE(flights.is_waiting());
  CHECK(found[0].reroute);
  CHECK_FALSE(found[0].unreachable);
  CHECK(flights.overdue(at(1s)).empty());
  CHECK(flights.overdue(at(1h)).empty());
  CHECK_FALSE(flights.next_due());
}

TEST_CASE("what ends by an error is given to another by whoever hears of it first") {
  pending_hops flights;
  const auto first = flights.begin(hop_to(2), at(0ms));
  const auto second = flights.begin(hop_to(3), at(50ms));
  CHECK(flights.overdue(at(200ms)).size() == 1);
  CHECK_FALSE(flights.end(first));
  CHECK(flights.end(second));
  CHECK_FALSE(flights.end(second));
}

TEST_CASE("patience follows the times that acknowledgements take, the late ones too") {
  pending_hops flights;
  measure(flights, 1ms, 20);
  CHECK(flights.patience() == pending_hops::patience_min);
  measure(flights, 300ms, 40);
  CHECK(flights.patience() > 300ms);
  CHECK(flights.patience() < 700ms);
  const auto before = flights.patience();
  measure(flights, 1h, 1);
  CHECK(flights.patience() > before);
  CHECK(flights.patience() < 3 * before);
  measure(flights, 1h, 40);
  CHECK(flights.patience() == pending_hops::patience_max);

  pending_hops far;
  const auto which = far.begin(hop_to(2), at(0ms));
  CHECK(far.overdue(at(200ms)).size() == 1);
  far.acknowledged(which, at(400ms));
  CHECK(far.patience() > 400ms);
}

TEST_CASE("what is lost says nothing of the time") {
  pending_hops flights;
  measure(flights, 1ms, 20);
  for (int i = 0; i < 10; ++i) {
    (void)flights.begin(hop_to(2), at(0ms));
    (void)flights.overdue(at(1min));
  }
  CHECK(flights.patience() == pending_hops::patience_min);
}

TEST_CASE("a peer of which hop after hop is overdue for seconds cannot be reached") {
  pending_hops flights;
  time_point now{0s};
  const auto lose = [&](std::uint8_t n) {
    (void)flights.begin(hop_to(n), now);
    now += 2s;
    return flights.overdue(now).at(0).unreachable;
  };
  CHECK_FALSE(lose(3));
  for (int i = 1; i < pending_hops::overdue_max; ++i) CHECK_FALSE(lose(2));
  CHECK(lose(2));
  SUBCASE("but not if one in between is acknowledged") {
    for (int i = 2; i < pending_hops::overdue_max; ++i) CHECK_FALSE(lose(3));
    flights.acknowledged(flights.begin(hop_to(3), now), now + 1ms);
    CHECK_FALSE(lose(3));
  }
  SUBCASE("nor if all happened at once") {
    for (int i = 0; i < 2 * pending_hops::overdue_max; ++i) (void)flights.begin(hop_to(4), now);
    for (const auto& x : flights.overdue(now + 2s)) CHECK_FALSE(x.unreachable);
  }
}

TEST_CASE("where all are slow nobody is passed by") {
  pending_hops flights;
  // Of those that were asked again already; the others are always.
  const auto hop_to = [](std::uint8_t n) {
    auto hop = *::hop_to(n);
    hop.tries = 1;
    return std::make_shared<const tcp_hop>(hop);
  };
  std::vector<pending_hops::key> keys;
  for (int i = 0; i < 40; ++i) keys.push_back(flights.begin(hop_to(2), at(0ms)));
  const auto passed = [&](time_point now) {
    int n = 0;
    for (const auto& x : flights.overdue(now)) n += x.reroute ? 1 : 0;
    return n;
  };
  CHECK(passed(at(200ms)) == 30);
  (void)flights.begin(::hop_to(3), at(200ms));
  CHECK(passed(at(400ms)) == 1);
  SUBCASE("what is not passed by goes to another if its connection breaks") {
    CHECK_FALSE(flights.end(keys[0]));
    CHECK(flights.end(keys[39]));
  }
  SUBCASE("as soon as one was merely late") {
    measure(flights, 1ms, 20);
    flights.acknowledged(keys[0], at(300ms));
    (void)flights.begin(hop_to(2), at(300ms));
    CHECK(passed(at(5s)) == 0);
  }
  SUBCASE("and those in time earn the right again") {
    measure(flights, 1ms, 4);
    for (int i = 0; i < 20; ++i) (void)flights.begin(hop_to(2), at(300ms));
    CHECK(passed(at(5s)) == 12);
  }
}

TEST_CASE("a slow relay is asked again, then passed by and tried by itself") {
  const auto again = reroute(*hop_to(2, {nth(3), nth(4)}));
  REQUIRE(again.size() == 1);
  CHECK(again[0]->to == assignment{nth(2), {nth(3), nth(4)}});
  const auto next = reroute(*again[0]);
  REQUIRE(next.size() == 2);
  CHECK(next[0]->to == assignment{nth(3), {nth(4)}});
  CHECK(next[1]->to == assignment{nth(2), {}});
  SUBCASE("for a while") {
    std::vector last{next[1]};
    int tries = 2;
    for (; !last.empty(); last = reroute(*last[0]), ++tries) {
      REQUIRE(last.size() == 1);
      CHECK(last[0]->to == assignment{nth(2), {}});
    }
    CHECK(tries == hop_tries_max + 1);
  }
}

TEST_CASE("relays that count on each other leave nobody out") {
  constexpr std::uint8_t nodes = 40;
  for (std::uint64_t seed = 1; seed <= 1000; ++seed) {
    CAPTURE(seed);
    REQUIRE(lossy_broadcast(nodes, seed).reached() == nodes - 1U);
  }
}

TEST_CASE("the last one is sought by a detour as well") {
  CHECK(detour(*hop_to(2), nth(9))->to == assignment{nth(9), {nth(2)}});
  CHECK_FALSE(detour(*hop_to(2), nth(2)));
  CHECK_FALSE(detour(*hop_to(2), {}));
  CHECK_FALSE(detour(*hop_to(2, {nth(3)}), nth(9)));
  auto of_detour = *hop_to(2);
  of_detour.tries = hop_tries_of_detour;
  CHECK_FALSE(detour(of_detour, nth(9)));
}
