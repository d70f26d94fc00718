#include "net/broadcast_plan.hpp"

#include <algorithm>
#include <bit>
#include <map>
#include <set>
#include <utility>

#include <doctest/doctest.h>

using namespace scalesmall;

namespace {

net_id node(std::size_t i) {
  return {ip_address::v4(10, 0, static_cast<std::uint8_t>(i >> 8), static_cast<std::uint8_t>(i)),
          1};
}

std::size_t number(const net_id& x) {
  return static_cast<std::size_t>(x.address.bytes[14]) << 8 | x.address.bytes[15];
}

/// Which unit each node belongs to, as every relay knows it.
using knowledge = std::map<net_id, std::size_t>;

std::vector<multicast_unit> regroup(const std::vector<net_id>& list, const knowledge& units) {
  std::map<std::size_t, multicast_unit> groups;
  for (const auto& id : list) groups[units.at(id)].push_back(id);
  std::vector<multicast_unit> result;
  for (auto& [_, unit] : groups) result.push_back(std::move(unit));
  return result;
}

struct outcome {
  std::size_t rounds = 0;          ///< until the last TCP message arrives
  std::size_t messages = 0;        ///< over TCP, with those to dead nodes
  std::map<net_id, int> informed;  ///< how often, by TCP or by the multicast of a TCP contact
};

/// A broadcast as the nodes carry it out: each informed node sends one message a round; who is
/// reached multicasts to its unit and serves the rest. A message to a dead node takes its round and
/// is handed over.
outcome broadcast(const std::vector<net_id>& list, const knowledge& units,
                  const std::set<net_id>& dead, rng& random) {
  outcome result;
  std::vector<std::vector<assignment>> senders{plan_broadcast(regroup(list, units), random)};
  for (auto& sender : senders) std::reverse(sender.begin(), sender.end());
  while (true) {
    std::vector<std::vector<assignment>> woken;
    bool sent = false;
    for (auto& todo : senders) {
      if (todo.empty()) continue;
      auto next = std::move(todo.back());
      todo.pop_back();
      sent = true;
      ++result.messages;
      if (dead.contains(next.target)) {
        if (auto again = hand_over(std::move(next))) todo.push_back(std::move(*again));
        continue;
      }
      ++result.informed[next.target];
      std::vector<net_id> rest;
      for (const auto& id : next.rest) {
        if (units.at(id) == units.at(next.target)) {
          if (!dead.contains(id)) ++result.informed[id];
        } else {
          rest.push_back(id);
        }
      }
      auto relay = plan_broadcast(regroup(rest, units), random);
      std::reverse(relay.begin(), relay.end());
      woken.push_back(std::move(relay));
    }
    if (!sent) return result;
    ++result.rounds;
    for (auto& relay : woken) senders.push_back(std::move(relay));
  }
}

bool each_once(const outcome& x, std::size_t count) {
  return x.informed.size() == count &&
         std::all_of(x.informed.begin(), x.informed.end(),
                     [](const auto& entry) { return entry.second == 1; });
}

}  // namespace

TEST_CASE(
    "n recipients are reached once each in at most floor(log2 n) + 1 rounds, for all n up to "
    "2,000") {
  // By induction on n: a plan for n splits them without loss or overlap into targets and rests,
  // each rest is smaller than n, and message i leaves in round i, so its rest is done rounds[size
  // of the rest] rounds later.
  constexpr std::size_t n_max = 2'000;
  rng random{6};
  std::vector<multicast_unit> units;
  std::vector<std::size_t> rounds{0};
  for (std::size_t n = 1; n <= n_max; ++n) {
    units.push_back({node(n - 1)});
    std::vector<int> served(n);
    std::size_t needed = 0;
    std::size_t round = 0;
    for (const auto& [target, rest] : plan_broadcast(units, random)) {
      REQUIRE(rest.size() < n);
      needed = std::max(needed, ++round + rounds[rest.size()]);
      ++served.at(number(target));
      for (const auto& id : rest) ++served.at(number(id));
    }
    REQUIRE(served == std::vector<int>(n, 1));
    REQUIRE(needed <= static_cast<std::size_t>(std::bit_width(n)));  // floor(log2 n) + 1
    rounds.push_back(needed);
  }
}

TEST_CASE("units count as one destination each, whatever their sizes") {
  rng random{7};
  for (int run = 0; run < 300; ++run) {
    std::vector<net_id> list;
    knowledge units;
    const auto unit_count = random.between(1, 60);
    std::size_t n = 0;
    for (std::size_t unit = 0; unit < unit_count; ++unit) {
      for (auto members = random.chance(0.5) ? 1 : random.between(1, 40); members > 0; --members) {
        list.push_back(node(n));
        units[node(n++)] = unit;
      }
    }
    random.shuffle(list);
    const auto result = broadcast(list, units, {}, random);
    REQUIRE(each_once(result, n));
    REQUIRE(result.messages == unit_count);
    REQUIRE(result.rounds <= static_cast<std::size_t>(std::bit_width(unit_count)));
  }
}

TEST_CASE("everyone alive is reached although relays are dead") {
  rng random{8};
  for (int run = 0; run < 300; ++run) {
    std::vector<net_id> list;
    knowledge units;
    std::set<net_id> dead;
    std::size_t alive = 0;
    const auto n = random.between(1, 200);
    const auto death = random.unit();
    const auto unit_count = random.between(1, n);
    for (std::size_t i = 0; i < n; ++i) {
      list.push_back(node(i));
      units[node(i)] = random.below(unit_count);
      if (random.chance(death)) {
        dead.insert(node(i));
      } else {
        ++alive;
      }
    }
    REQUIRE(each_once(broadcast(list, units, dead, random), alive));
  }
}

TEST_CASE("the largest unit goes first, by one contact whose unit stays with it") {
  rng random{9};
  const auto plan =
      plan_broadcast({{node(1)}, {node(2), node(3), node(4)}, {node(5), node(6)}, {}}, random);
  REQUIRE(plan.size() == 2);
  const std::set<net_id> largest{node(2), node(3), node(4)};
  REQUIRE(largest.contains(plan[0].target));
  // Its own unit, then the next largest.
  REQUIRE(plan[0].rest.size() == 4);
  CHECK(largest.contains(plan[0].rest[0]));
  CHECK(largest.contains(plan[0].rest[1]));
  CHECK(std::set<net_id>(plan[0].rest.begin() + 2, plan[0].rest.end()) ==
        std::set<net_id>{node(5), node(6)});
  CHECK(plan[1] == assignment{node(1), {}});
  CHECK(plan_broadcast({}, random).empty());
}

TEST_CASE("contacts are chosen at random, so that the load is spread") {
  rng random{10};
  std::set<net_id> first;
  for (int i = 0; i < 200; ++i) {
    first.insert(plan_broadcast({{node(1), node(2)}, {node(3), node(4)}}, random).front().target);
  }
  CHECK(first.size() == 4);
}

TEST_CASE("a dead target's half goes to the next node of that half") {
  const auto next = hand_over({node(1), {node(2), node(3)}});
  CHECK(next == assignment{node(2), {node(3)}});
  CHECK(hand_over({node(1), {}}) == std::nullopt);
}
