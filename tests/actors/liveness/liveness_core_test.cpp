#include "actors/liveness/liveness_core.hpp"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <set>
#include <utility>

#include <doctest/doctest.h>

#include "tests/actors/liveness/rows.hpp"
#include "tests/at.hpp"

using namespace scalesmall;
using namespace live_rows;
using namespace std::chrono_literals;

namespace {

topology knowing(std::uint32_t n) {
  topology t{member(0), incarnation};
  auto group = std::make_shared<group_state>(group_of(n));
  group->set_version(1);
  t.groups.emplace(liveness_group, std::move(group));
  return t;
}

void add_claim(topology& t, const liveness_core::claim& x) {
  const auto& former = t.groups.find(liveness_group)->second;
  auto group = std::make_shared<group_state>(*former);
  auto mine = *group->find(t.self);
  ++mine.at.counter;
  put_claim(mine, {{t.self, {x.key, x.key}, op::add, x.port}, mine.at});
  group->put(std::move(mine));
  group->set_version(former->version() + 1);
  t.groups.insert_or_assign(std::string{liveness_group}, std::move(group));
}

/// Runs a core; all members but one answer.
std::vector<liveness_core::claim> run(liveness_core& core, const topology& t, time_point& now,
                                      duration time, const net_id& dead) {
  std::vector<liveness_core::claim> made;
  for (const auto end = now + time; now < end; now += 10ms) {
    if (now < core.next_due()) continue;
    const auto todo = core.due(t, now, now);
    made.insert(made.end(), todo.add.begin(), todo.add.end());
    for (const auto& peer : todo.probes) {
      if (peer != dead) core.answered(peer, now);
    }
  }
  return made;
}

}  // namespace

TEST_CASE("a node that is not in the liveness group joins it") {
  liveness_core core{{member(0)}, at(0s), rng{1}};
  const topology nothing{member(0), incarnation};
  CHECK(core.due(nothing, at(0s), at(0s)).join);
  CHECK(!core.due(nothing, at(10ms), at(10ms)).join);
  CHECK(core.due(nothing, at(2s), at(2s)).join);
}

TEST_CASE("a node states a member that does not answer, once, and goes on after a crash") {
  const auto dead = member(1);
  auto t = knowing(2);
  liveness_core core{{member(0)}, at(0s), rng{1}};
  time_point now{0s};
  CHECK(run(core, t, now, 4s, net_id{}).empty());
  const auto made = run(core, t, now, 4s, dead);
  REQUIRE(!made.empty());
  CHECK(made[0] == liveness_core::claim{watch_rings::key_of(dead),
                                        port_of({0, finding::silent, life_of(incarnation)})});
  add_claim(t, made[0]);
  REQUIRE(core.is_news(t));
  CHECK(run(core, t, now, 2s, dead).empty());
  REQUIRE(core.standing().size() == 1);
  CHECK(core.standing()[0].unreachable);
  // Another core of the same node.
  liveness_core next{{member(0)}, now, rng{2}};
  const auto first = next.due(t, now, now);
  CHECK(first.remove.empty());
  CHECK(next.standing() == core.standing());
  CHECK(run(next, t, now, 3s, dead).empty());
  // It answers: the statement is taken back.
  bool removed = false;
  for (const auto end = now + 5s; now < end; now += 10ms) {
    const auto todo = next.due(t, now, now);
    removed |= !todo.remove.empty();
    for (const auto& peer : todo.probes) next.answered(peer, now);
  }
  CHECK(removed);
}

TEST_CASE("a node of whose members half fall silent at once states them in time") {
  const auto t = knowing(40);
  const watch_rings rings{members(40)};
  const auto watched = rings.watched_by(0, {});
  liveness_core core{{member(0)}, at(0s), rng{1}};
  std::set<std::uint32_t> expected;
  for (const auto& [who, follows] : watched) {
    if (follows) expected.insert(watch_rings::key_of(member(who)));
  }
  REQUIRE(expected.size() >= watched.size() / 2);
  std::set<std::uint32_t> stated;
  for (time_point now{0s}; now < at(13'700ms); now += 10ms) {
    // Those before it speak first, so it hears them and probes nobody but those behind it.
    for (const auto& [who, follows] : watched) {
      if (!follows && now.time_since_epoch() % 1s == 0s) core.heard(member(who), now);
    }
    if (now < core.next_due()) continue;
    const auto todo = core.due(t, now, now);
    for (const auto& x : todo.add) stated.insert(x.key);
    for (const auto& peer : todo.probes) {
      if (now < at(10s)) core.answered(peer, now);
    }
    if (now < at(12s)) CHECK(stated.empty());
  }
  CHECK(stated == expected);
}

TEST_CASE("the member behind a suspect is watched, too") {
  auto t = knowing(40);
  auto group = std::make_shared<group_state>(*t.groups.find(liveness_group)->second);
  const watch_rings rings{members(40)};
  const auto suspect = rings.watchers_of(0, {}).front();
  watch_rings::hidden_set passed(40);
  passed[suspect] = true;
  const auto behind = rings.watched_by(0, passed);
  REQUIRE(behind.size() > rings.watched_by(0, {}).size());
  liveness_core core{{member(0)}, at(0s), rng{1}};
  (void)core.due(t, at(0s), at(0s));
  const auto watches_all = [&] {
    return std::ranges::all_of(behind, [&](const auto& x) { return core.watches(member(x.who)); });
  };
  CHECK(!watches_all());
  const auto by = rings.watchers_of(suspect, {});
  state(*group, member(by.front() == 0 ? by.back() : by.front()), member(suspect), finding::silent);
  group->set_version(2);
  t.groups.insert_or_assign(std::string{liveness_group}, std::move(group));
  (void)core.due(t, at(100ms), at(100ms));
  REQUIRE(core.standing().size() == 1);
  CHECK(!core.standing()[0].unreachable);
  CHECK(watches_all());
}

TEST_CASE("a node that hears others again after a while probes all at once") {
  const auto t = knowing(10);
  liveness_core core{{member(0)}, at(0s), rng{1}};
  time_point now{0s};
  (void)run(core, t, now, 10s, net_id{});
  std::set<net_id> probed;
  for (const auto end = now + 5s; now < end; now += 10ms) {
    if (now < core.next_due()) continue;
    for (const auto& peer : core.due(t, now, now).probes) probed.insert(peer);
  }
  REQUIRE(probed.size() >= 3);
  const auto [first, second] = std::pair{*probed.begin(), *std::next(probed.begin())};
  core.heard(first, now);
  core.heard(second, now);
  const auto again = core.due(t, now, now).probes;
  CHECK(std::set<net_id>{again.begin(), again.end()} == probed);
}

TEST_CASE("a node that was cut off takes part again some time after its probes are answered") {
  auto t = knowing(40);
  liveness_core core{{member(0)}, at(0s), rng{1}};
  const watch_rings rings{members(40)};
  const auto watched = rings.watched_by(0, {});
  REQUIRE(watched.size() >= 4);
  const std::set<net_id> lost{member(watched[0].who), member(watched[1].who)};
  time_point now{0s};
  const auto go_on = [&](duration time, bool cut) {
    for (const auto end = now + time; now < end; now += 10ms) {
      if (now < core.next_due()) continue;
      const auto todo = core.due(t, now, now);
      for (const auto& claim : todo.add) add_claim(t, claim);
      for (const auto& peer : todo.probes) {
        if (!cut || !lost.contains(peer)) core.answered(peer, now);
      }
    }
  };
  go_on(10s, false);
  go_on(8s, true);    // two that all others reach: this node is cut off from them
  go_on(10s, false);  // nothing is stated meanwhile
  // The others find somebody dead that this node does not watch.
  std::uint32_t dead = 1;
  while (core.watches(member(dead))) ++dead;
  auto group = std::make_shared<group_state>(*t.groups.find(liveness_group)->second);
  for (const auto by : rings.watchers_of(dead, {}))
    state(*group, member(by), member(dead), finding::silent);
  group->set_version(group->version() + 1);
  t.groups.insert_or_assign(std::string{liveness_group}, std::move(group));
  REQUIRE(core.is_news(t));
  (void)core.due(t, now, now);
  CHECK(unreachable_of(core.standing()) == std::vector{member(dead)});
}

TEST_CASE("a node whose timers are late states nobody") {
  const auto t = knowing(8);
  liveness_core core{{member(0)}, at(0s), rng{1}};
  for (time_point now{0s}; now < at(60s); now += 1'500ms) CHECK(core.due(t, now, now).add.empty());
  CHECK(core.absences() > 10);
}

TEST_CASE("an answer that comes before the late timer does not hide that the node was absent") {
  const auto t = knowing(8);
  liveness_core core{{member(0)}, at(0s), rng{1}};
  time_point now{0s};
  CHECK(run(core, t, now, 4s, net_id{}).empty());
  const auto before = core.absences();
  now += 2s;
  for (std::uint32_t i = 1; i < 8; ++i) {
    core.answered(member(i), now);
    core.disconnected(member(i), now);
  }
  (void)core.due(t, now, now);
  CHECK(core.absences() == before + 1);
}

TEST_CASE("a program that is not well has its node state itself") {
  const auto t = knowing(3);
  liveness_core core{{member(0)}, at(0s), rng{1}};
  CHECK(core.due(t, at(0s), at(0s)).add.empty());
  core.set_well(false);
  const auto todo = core.due(t, at(10ms), at(10ms));
  REQUIRE(todo.add.size() == 1);
  CHECK(todo.add[0].key == watch_rings::key_of(member(0)));
}

TEST_CASE("a node that stops states itself, or says nothing, and does no more") {
  using farewell = liveness_core::farewell;
  const auto t = knowing(3);
  for (const auto how : {farewell::states_itself, farewell::says_nothing}) {
    liveness_core core{{member(0)}, at(0s), rng{1}};
    time_point now{0s};
    CHECK(run(core, t, now, 4s, net_id{}).empty());
    core.retire(how);
    const auto last = core.due(t, now, now);
    if (how == farewell::states_itself) {
      REQUIRE(last.add.size() == 1);
      CHECK(last.add[0] ==
            liveness_core::claim{watch_rings::key_of(member(0)),
                                 port_of({0, finding::refused, life_of(incarnation)})});
    } else {
      CHECK(last.add.empty());
    }
    CHECK(last.probes.empty());
    const topology left{member(0), incarnation};
    CHECK(!core.due(left, now + 5s, now + 5s).join);
    CHECK(core.due(t, now + 10s, now + 10s).probes.empty());
  }
  // A node that is no member of the liveness group has no row to say it in.
  liveness_core stranger{{member(0)}, at(0s), rng{1}};
  stranger.retire(farewell::states_itself);
  CHECK(stranger.due(topology{member(0), incarnation}, at(0s), at(0s)).add.empty());
}

TEST_CASE("each member of a cluster speaks first to three others at most") {
  const auto t = knowing(100);
  liveness_core core{{member(0)}, at(0s), rng{1}};
  time_point now{0s};
  std::size_t probes = 0;
  for (; now < at(20s); now += 10ms) {
    if (now < core.next_due()) continue;
    const auto todo = core.due(t, now, now);
    probes += todo.probes.size();
    for (const auto& peer : todo.probes) core.answered(peer, now);
    for (std::uint32_t i = 1; i < 100; ++i) core.heard(member(i), now);
  }
  CHECK(probes <= 51);
  CHECK(probes >= 42);
}
