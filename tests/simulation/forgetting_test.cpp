#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "tests/at.hpp"
#include "tests/simulation/cluster.hpp"

using namespace scalesmall;
using namespace scalesmall::simulation;
using namespace std::chrono_literals;

namespace {

struct forgetting_case {
  std::size_t nodes;
  std::vector<duration> forget;
  bool busy;
  bool multicast = false;
};

std::vector<forgetting_case> forgetting_cases() {
  std::vector<forgetting_case> all;
  const std::vector<std::vector<duration>> settings{{1s}, {60s, 3min}, {2min, 40s, 24h}};
  for (const bool busy : {false, true}) {
    for (const std::size_t nodes : {3, 16}) {
      for (const auto& forget : settings) all.push_back({nodes, forget, busy});
    }
  }
  all.push_back({2, {1s}, false});
  all.push_back({60, {1s}, false});
  all.push_back({60, {2min, 40s, 24h}, false});
  all.push_back({30, {1s}, true});
  all.push_back({30, {60s}, false, true});
  return all;
}

std::string text_of(const forgetting_case& x) {
  std::string text = std::to_string(x.nodes) + " nodes" + (x.busy ? ", busy" : ", idle") +
                     (x.multicast ? ", multicast" : "");
  for (const auto& each : x.forget)
    text += ", " + std::to_string(std::chrono::duration_cast<std::chrono::seconds>(each).count());
  return text + " s";
}

/// All nodes in one group, and one more that is in none.
void start_all(cluster& c) {
  for (std::size_t i = 0; i < c.size(); ++i) {
    c.start(i, i == 0 ? std::vector<std::size_t>{} : std::vector<std::size_t>{0});
    (void)c.join(i, "g");
    (void)c.add_item(i, "g", {static_cast<std::uint32_t>(i), static_cast<std::uint32_t>(i)}, 1);
  }
}

/// Lets time pass; each second one node changes something if the cluster is busy.
void pass(cluster& c, duration time, bool busy) {
  const auto end = c.now() + time;
  for (std::uint32_t n = 0; c.now() < end; ++n) {
    if (busy) {
      const auto node = c.random().below(c.size());
      if (c.is_up(node)) (void)c.add_item(node, "g", {1'000 + n, 1'000 + n}, 1);
    }
    c.run(1s);
  }
}

std::size_t times_forgotten(const cluster& c, const net_id& who) {
  std::size_t n = 0;
  for (std::size_t i = 0; i < c.size(); ++i) {
    if (c.is_up(i)) n += static_cast<std::size_t>(std::ranges::count(c.node(i).forgotten(), who));
  }
  return n;
}

bool anybody_knows(const cluster& c, const net_id& who) {
  for (std::size_t i = 0; i < c.size(); ++i) {
    if (!c.is_up(i)) continue;
    const auto all = members(c.node(i).state(), "g");
    if (std::ranges::find(all, who) != all.end()) return true;
  }
  return false;
}

}  // namespace

TEST_CASE("nobody who is alive and in reach is forgotten, whatever sizes and settings are") {
  for (const auto& x : forgetting_cases()) {
    CAPTURE(text_of(x));
    cluster c{{.nodes = x.nodes, .seed = 7, .multicast = x.multicast, .forget = x.forget}};
    start_all(c);
    pass(c, 8min, x.busy);
    for (std::size_t i = 0; i < c.size(); ++i) {
      CHECK(c.node(i).forgotten().empty());
      CHECK(members(c.node(i).state(), "g").size() == x.nodes);
    }
  }
}

TEST_CASE("a dead node is forgotten by all, by each once, and stays so") {
  for (const auto& x : forgetting_cases()) {
    if (x.nodes < 3 || std::ranges::find(x.forget, duration{24h}) != x.forget.end()) continue;
    CAPTURE(text_of(x));
    cluster c{{.nodes = x.nodes, .seed = 9, .multicast = x.multicast, .forget = x.forget}};
    start_all(c);
    pass(c, 3min, x.busy);
    const auto dead = x.nodes - 1;
    const auto id = c.id_of(dead);
    c.crash(dead);
    const auto longest = std::ranges::max(x.forget);
    pass(c, std::max<duration>(longest, 60s) + longest / 4 + 1min, x.busy);
    CHECK_FALSE(anybody_knows(c, id));
    const auto times = times_forgotten(c, id);
    CHECK(times == x.nodes - 1);
    pass(c, 5min, x.busy);
    CHECK_FALSE(anybody_knows(c, id));
    CHECK(times_forgotten(c, id) == times);
    // Nobody else was.
    for (std::size_t i = 0; i < dead; ++i) CHECK(c.node(i).forgotten().size() == 1);
  }
}

TEST_CASE("a node that is back after all have forgotten it is a member again") {
  cluster c{{.nodes = 12, .seed = 3, .forget = {60s}}};
  start_all(c);
  pass(c, 30s, false);
  const auto memory = c.node(11).memory();
  c.crash(11);
  pass(c, 3min, false);
  REQUIRE_FALSE(anybody_knows(c, c.id_of(11)));
  SUBCASE("as the same life") { c.resume(11, memory, {0}); }
  SUBCASE("as a new life") {
    c.start(11, {0});
    (void)c.join(11, "g");
  }
  pass(c, 30s, false);
  for (std::size_t i = 0; i < c.size(); ++i)
    CHECK(members(c.node(i).state(), "g").size() == c.size());
}

TEST_CASE("a node that stood still for long forgets nobody") {
  cluster c{{.nodes = 8, .seed = 5, .forget = {60s}}};
  start_all(c);
  pass(c, 30s, false);
  c.set_stalled(3, true);
  pass(c, 10min, false);
  c.set_stalled(3, false);
  pass(c, 1min, false);
  CHECK(c.node(3).forgotten().empty());
  for (std::size_t i = 0; i < c.size(); ++i)
    CHECK(members(c.node(i).state(), "g").size() == c.size());
}
