#include "net/planning/broadcast_plan.hpp"

#include <algorithm>
#include <bit>
#include <map>
#include <set>
#include <utility>

#include <doctest/doctest.h>

#include "net/rng.hpp"

using namespace scalesmall;

namespace {

net_id node(std::size_t i) {
  return {ip_address::v4(10, 0, static_cast<std::uint8_t>(i >> 8), static_cast<std::uint8_t>(i)),
          1};
}

std::size_t number(const net_id& x) {
  return static_cast<std::size_t>(x.address.bytes[14]) << 8 | x.address.bytes[15];
}

/// The unit of each node, as every relay knows it.
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
  std::size_t messages = 0;        ///< over TCP, including those to dead nodes
  std::map<net_id, int> informed;  ///< how often, by TCP or by the multicast of a TCP contact
};

/// A broadcast as the nodes carry it out. Each informed node sends one message a round. A node that
/// is reached multicasts to its unit and serves the rest. A message to a dead node takes its round
/// and is handed over.
outcome broadcast(const std::vector<net_id>& list, const knowledge& units,
                  const std::set<net_id>& dead) {
  outcome result;
  std::vector<std::vector<assignment>> senders{plan_broadcast(node(0), regroup(list, units))};
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
      auto relay = plan_broadcast(next.target, regroup(rest, units));
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
  // By induction on n. A plan for n nodes splits them without loss or overlap into targets and
  // rests, and each rest is smaller than n. Message i leaves in round i, so its rest is done
  // rounds[size of the rest] rounds later.
  constexpr std::size_t n_max = 2'000;
  std::vector<multicast_unit> units;
  std::vector<std::size_t> rounds{0};
  for (std::size_t n = 1; n <= n_max; ++n) {
    units.push_back({node(n - 1)});
    std::vector<int> served(n);
    std::size_t needed = 0;
    std::size_t round = 0;
    for (const auto& [target, rest] : plan_broadcast(node(n_max), units)) {
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

TEST_CASE("each unit counts as one destination, whatever its size") {
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
    const auto result = broadcast(list, units, {});
    REQUIRE(each_once(result, n));
    REQUIRE(result.messages == unit_count);
    REQUIRE(result.rounds <= static_cast<std::size_t>(std::bit_width(unit_count)));
  }
}

TEST_CASE("every live node is reached although relays are dead") {
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
    REQUIRE(each_once(broadcast(list, units, dead), alive));
  }
}

TEST_CASE("the largest unit is served first, and its contact serves the whole unit") {
  const auto plan =
      plan_broadcast(node(9), {{node(1)}, {node(4), node(3), node(2)}, {node(5), node(6)}, {}});
  REQUIRE(plan.size() == 2);
  CHECK(plan[0] == assignment{node(2), {node(3), node(4), node(5), node(6)}});
  CHECK(plan[1] == assignment{node(1), {}});
  CHECK(plan_broadcast(node(9), {}).empty());
}

TEST_CASE("different nodes contact different peers of a unit") {
  const std::vector<multicast_unit> others{{node(1), node(3), node(5)}};
  CHECK(plan_broadcast(node(0), others).front().target == node(1));
  CHECK(plan_broadcast(node(2), others).front().target == node(3));
  CHECK(plan_broadcast(node(4), others).front().target == node(5));
  CHECK(plan_broadcast(node(6), others).front().target == node(1));
}

TEST_CASE("a node sends to the same few peers, and as often as others, whichever node begins") {
  for (const std::size_t n : {2, 8, 100, 128}) {
    std::map<net_id, std::map<net_id, std::size_t>> sent;
    for (std::size_t origin = 0; origin < n; ++origin) {
      assignment begin{node(origin), {}};
      for (std::size_t i = 0; i < n; ++i) {
        if (i != origin) begin.rest.push_back(node(i));
      }
      std::vector<assignment> todo{begin};
      while (!todo.empty()) {
        const auto served = std::move(todo.back());
        todo.pop_back();
        std::vector<multicast_unit> units;
        for (const auto& id : served.rest) units.push_back({id});
        for (auto& next : plan_broadcast(served.target, units)) {
          ++sent[served.target][next.target];
          todo.push_back(std::move(next));
        }
      }
    }
    const auto few = 3 * static_cast<std::size_t>(std::bit_width(n)) / 2;
    for (const auto& [from, targets] : sent) {
      CHECK(targets.size() <= few);
      std::size_t messages = 0;
      for (const auto& [to, count] : targets) messages += count;
      CHECK(messages == n - 1);
    }
  }
}

TEST_CASE("a dead target's half goes to the next node of that half") {
  const auto next = hand_over({node(1), {node(2), node(3)}});
  CHECK(next == assignment{node(2), {node(3)}});
  CHECK(hand_over({node(1), {}}) == std::nullopt);
}
