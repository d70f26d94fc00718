#include <cstdlib>

#include <doctest/doctest.h>

#include "tests/actors/assignment/group_sim.hpp"
#include "tests/at.hpp"

using namespace scalesmall;
using namespace scalesmall::group_simulation;
using namespace std::chrono_literals;

namespace {

/// Sooner than usual, so that an incident ends within the time of a case.
assignment_timing quick_repair() {
  assignment_timing x;
  x.repair = 20s;
  return x;
}

void change(group_sim& all) {
  const auto i = static_cast<std::size_t>(all.random().below(nodes));
  std::ptrdiff_t running = 0;
  for (std::size_t j = 0; j < nodes; ++j) running += int{all.runs(j) && !all.is_draining(j)};
  if (!all.runs(i)) return all.start(i);
  if (all.is_paused(i)) return all.resume(i);
  switch (all.random().below(7)) {
    case 0:
      return running > 1 ? all.drain(i) : void();
    case 1:
      return running > 2 ? all.crash(i) : void();
    case 2:
      all.crash(i);
      return all.start(i);
    case 3:
      return all.set_capacity(i, static_cast<std::uint32_t>(1 + all.random().below(4)));
    case 4:
      return running > 2 && !all.is_draining(i) ? all.pause(i) : void();
    case 5:
      return all.is_split() ? all.heal()
                            : all.split(static_cast<std::uint32_t>(1 + all.random().below(62)));
    default:
      return;
  }
}

/// Runs until all is still.
void live(group_sim& all) {
  for (std::size_t i = 0; i < 3; ++i) all.start(i);
  all.run(20s);
  for (int i = 0; i < 20; ++i) {
    change(all);
    all.run(all.random().jitter(duration{5s}, 0.9));
  }
  all.heal();
  for (std::size_t i = 0; i < nodes; ++i)
    if (all.is_paused(i)) all.resume(i);
  all.run(300s);
}

/// Cases of CI are short; variables of the environment make them longer.
std::uint64_t number(const char* variable, std::uint64_t in_ci) {
  const auto* text = std::getenv(variable);
  return text ? std::strtoull(text, nullptr, 10) : in_ci;
}
std::uint64_t seeds() { return number("SCALESMALL_ASSIGNMENT_SEEDS", 12); }

/// So many nodes that serve together, and news of which none is very late.
group_sim settled(std::size_t n, std::uint32_t replicas) {
  group_sim all{1, replicas, rule::handshake};
  all.load_failures = all.late_news = 0;
  for (std::size_t i = 0; i < n; ++i) all.start(i, static_cast<std::uint32_t>(n));
  all.run(30s);
  REQUIRE(all.off_plan() == 0);
  all.count_anew();
  return all;
}

/// What a load takes at most in the simulation.
constexpr duration load = 3200ms;

}  // namespace

TEST_CASE("no planned act makes owners fewer than it may, and at rest all is as planned") {
  std::size_t releases = 0;
  for (std::uint64_t seed = 1; seed <= seeds(); ++seed) {
    CAPTURE(seed);
    group_sim all{seed, static_cast<std::uint32_t>(1 + seed % 3), rule::handshake, quick_repair()};
    live(all);
    CHECK(all.planned_gaps() == 0);
    CHECK(all.off_plan() == 0);
    releases += all.releases();
  }
  CHECK(releases > 100);
}

TEST_CASE("control: without the question there are gaps") {
  std::size_t gaps = 0;
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    group_sim all{seed, static_cast<std::uint32_t>(1 + seed % 3), rule::none, quick_repair()};
    live(all);
    gaps += all.planned_gaps();
  }
  CHECK(gaps > 0);
}

TEST_CASE("nodes that start together load each slot once") {
  for (const std::uint32_t expected : {0, 6}) {
    CAPTURE(expected);
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
      group_sim all{seed, 2, rule::handshake};
      all.load_failures = all.late_news = 0;
      for (std::size_t i = 0; i < nodes; ++i) all.start(i, expected);
      all.run(20s);
      CHECK(all.off_plan() == 0);
      CHECK(all.loads() == 2 * slots);
    }
  }
}

TEST_CASE("a hundred nodes start at once: all is served soon, and hardly a slot loaded twice") {
  constexpr std::uint32_t replicas = 2;
  const size_of_group many{100,
                           static_cast<std::uint32_t>(number("SCALESMALL_ASSIGNMENT_SLOTS", 128))};
  group_sim all{1, replicas, rule::handshake, {}, many};
  all.load_failures = all.late_news = 0;
  for (std::size_t i = 0; i < many.nodes; ++i) all.start(i);
  all.run(20s);
  CHECK(all.uncovered() <= 8s + load);
  CHECK(all.off_plan() == 0);
  CHECK(all.loads() <= replicas * many.slots * 105 / 100);
}

TEST_CASE("nodes that start one after the other, and are expected, load each slot once") {
  group_sim all{1, 1, rule::handshake};
  all.load_failures = all.late_news = 0;
  for (std::size_t i = 0; i < nodes; ++i) {
    CHECK(all.loads() == 0);
    all.start(i, nodes);
    all.run(4s);
  }
  all.run(20s);
  CHECK(all.off_plan() == 0);
  CHECK(all.loads() == slots);
}

TEST_CASE("a node joins, and another one drains: no slot is without an owner") {
  for (const std::uint32_t replicas : {1, 2}) {
    auto all = settled(3, replicas);
    all.start(3);
    all.run(60s);
    CHECK(all.off_plan() == 0);
    CHECK(all.loads() == all.serves(3));
    CHECK(all.losses() == 0);
    all.drain(0);
    all.run(60s);
    CHECK(!all.runs(0));
    CHECK(all.off_plan() == 0);
    CHECK(all.uncovered() == 0s);
  }
}

TEST_CASE("a restart moves nothing if others serve the same slots") {
  auto all = settled(4, 2);
  for (std::size_t i = 0; i < 4; ++i) {
    all.crash(i);
    all.run(3s);
    all.start(i);
    all.run(40s);
  }
  CHECK(all.off_plan() == 0);
  CHECK(all.loads() == 2 * slots);  // of its own slots by each node
  CHECK(all.releases() == 0);
  CHECK(all.uncovered() == 0s);
}

TEST_CASE("what a node served that has crashed is taken up at once, and good after a minute") {
  auto all = settled(3, 1);
  const auto lacking = all.serves(0);
  all.crash(0);
  all.run(20s);
  CHECK(all.uncovered() <= 1s + 1s + load + 500ms);
  CHECK(all.loads() == lacking);
  CHECK(all.off_plan() == 0);
  all.run(100s);
  CHECK(all.loads() == lacking);

  auto twice = settled(4, 2);
  twice.crash(0);
  twice.run(55s);
  CHECK(twice.loads() == 0);
  twice.run(20s);
  CHECK(twice.off_plan() == 0);
  CHECK(twice.uncovered() == 0s);
}

TEST_CASE("a node that stood still gives up at once what it served, and takes it up anew") {
  auto all = settled(3, 1);
  const auto served = all.serves(0);
  REQUIRE(served > 0);
  all.pause(0);
  all.run(60s);
  CHECK(all.claims() == slots);
  CHECK(all.uncovered() <= 3s + 10s + load + 500ms);
  CHECK(all.loads() == served);
  all.resume(0);
  all.run(100ms);
  CHECK(all.losses() == served);
  CHECK(all.serves(0) == 0);
  all.run(60s);
  CHECK(all.off_plan() == 0);
  CHECK(all.losses() == served);
}

TEST_CASE("a node that comes and goes moves its slots once") {
  auto all = settled(4, 2);
  const auto served = all.serves(0);
  for (int i = 0; i < 100; ++i) {
    all.crash(0);
    all.run(5s);
    all.start(0);
    all.run(5s);
  }
  CHECK(all.loads(0) == 0);
  CHECK(all.loads() <= served + 2);  // what else the plan moves
  CHECK(all.uncovered() == 0s);
}

TEST_CASE("each side of a split serves all, and one of them after it has healed") {
  auto all = settled(6, 1);
  all.split(0b000111);
  all.run(300s);
  CHECK(all.claims() == 2 * slots);
  all.heal();
  all.run(40s);
  CHECK(all.off_plan() == 0);
  CHECK(all.planned_gaps() == 0);
  CHECK(all.losses() == 0);
}

TEST_CASE("what clients write on both sides of a split, all owners have after it has healed") {
  for (const std::uint32_t replicas : {1, 2}) {
    CAPTURE(replicas);
    auto all = settled(6, replicas);
    const auto run_and_write = [&](int seconds) {
      for (int i = 0; i < seconds; ++i) {
        for (const std::size_t side : {0, 5}) all.write(side);
        all.run(1s);
      }
    };
    run_and_write(5);
    all.split(0b000111);
    run_and_write(300);
    CHECK(all.claims() >= 2 * slots);
    all.heal();
    run_and_write(30);
    CHECK(all.off_plan() == 0);
    CHECK(all.planned_gaps() == 0);
    CHECK(all.lost_writes() == 0);
  }
}

TEST_CASE("a node that asks or is asked may die at each step of a hand-over") {
  for (const std::size_t victim : {0, 3}) {
    for (auto step_of_death = 10s; step_of_death < 22s; step_of_death += 1s) {
      CAPTURE(victim);
      CAPTURE(step_of_death.count());
      auto all = settled(3, 1);
      all.start(3);
      all.run(step_of_death);
      all.crash(victim);
      all.run(80s);
      CHECK(all.planned_gaps() == 0);
      CHECK(all.off_plan() == 0);
      CHECK(all.uncovered() <= 1s + 1s + load + 500ms);
    }
  }
}

TEST_CASE("after many failures at once slots wait longer, unless a person decides otherwise") {
  for (const bool decided : {false, true}) {
    auto all = settled(6, 1);
    for (const std::size_t i : {0, 1, 2}) all.crash(i);
    all.run(4s);
    CHECK(all.loads() == 0);
    for (const std::size_t i : {3, 4, 5})
      if (decided) all.core(i).take_over();
    all.run(decided ? 5s : 10s);
    CHECK(all.claims() == slots);
  }
}

namespace {

/// A node and what it is told, by hand.
struct one_node {
  time_point now{1'000s};
  net_id me = plans::nth(1, 0);
  net_id other = plans::nth(1, 1);
  assignment_core core{{me, {1, 4}, 0, {}, 1}, now};
  group_sight sight = {};

  one_node() {
    sight.owners.resize(4);
    sight.unreachable.resize(4);
    for (const auto& id : {me, other}) sight.members.push_back({id, 1, plan_member{id}});
  }
  std::vector<slot_effect> run(duration time) {
    std::vector<slot_effect> all;
    for (const auto end = now + time; now < end; now += 100ms) {
      core.see(sight);
      core.wake(now, now);
      core.look(now);
      for (auto& x : core.take()) all.push_back(std::move(x));
    }
    return all;
  }
  /// The slots that this node is to serve.
  std::vector<std::uint32_t> serve() {
    run(6s);
    const auto mine = core.held();
    REQUIRE(!mine.empty());
    for (const auto slot : mine) REQUIRE(core.ready(slot));
    run(1s);
    return mine;
  }
};

template <class Effect>
std::size_t count_of(const std::vector<slot_effect>& all) {
  return static_cast<std::size_t>(
      std::ranges::count_if(all, [](const auto& x) { return std::holds_alternative<Effect>(x); }));
}

}  // namespace

TEST_CASE("a node that is held for unreachable gives up what others serve, and takes nothing up") {
  one_node x;
  const auto mine = x.serve();
  x.sight.hidden = unreachable_owners::silent;
  for (const auto slot : mine) x.sight.owners[slot] = {x.other};
  CHECK(count_of<slot_effects::lost>(x.run(9s)) == 0);
  CHECK(count_of<slot_effects::lost>(x.run(2s)) == mine.size());
  CHECK(x.core.held().empty());
  CHECK(x.run(30s).empty());
  x.sight.hidden = unreachable_owners::none;
  CHECK(count_of<slot_effects::assigned>(x.run(1s)) == mine.size());
}

TEST_CASE("a node that is outvoted takes nothing up, and gives nothing up") {
  one_node x;
  const auto mine = x.serve();
  x.sight.outvoted = true;
  for (const auto slot : mine) x.sight.owners[slot] = {x.other};
  CHECK(x.run(30s).empty());
  CHECK(x.core.held() == mine);
}

TEST_CASE("a node that is isolated does nothing, unless a person decides otherwise") {
  one_node x;
  const auto mine = x.serve();
  x.sight.isolated = true;
  x.sight.members[1].reachable = false;
  for (auto& unreachable : x.sight.unreachable) unreachable = unreachable_owners::silent;
  CHECK(x.run(100s).empty());
  x.core.take_over();
  CHECK(count_of<slot_effects::assigned>(x.run(1s)) == 4 - mine.size());
}

TEST_CASE("answers to what was not asked change nothing") {
  one_node x;
  const auto mine = x.serve();
  for (const std::uint32_t other : {0U, 1U, 2U, 3U, 4U, UINT32_MAX}) {
    CHECK(!x.core.ready(other));
    CHECK(!x.core.failed(other, x.now));
    CHECK(!x.core.released(other));
    x.core.answered(other, x.other, 1, true, x.now);
  }
  CHECK(!x.core.asked(4, x.other, x.now));
  CHECK(x.core.take().empty());
  CHECK(x.core.held() == mine);
}

TEST_CASE("a node goes on with what it served in a former life of its owner") {
  one_node x;
  x.core.resume({0, 1, 2, 3});
  CHECK(x.core.takes_part());
  CHECK(x.core.held() == std::vector<std::uint32_t>{0, 1, 2, 3});
  CHECK(x.run(10s).empty());
}
