#include "actors/liveness/verdict.hpp"

#include <algorithm>

#include <doctest/doctest.h>

#include "net/rng.hpp"
#include "tests/actors/liveness/rows.hpp"

using namespace scalesmall;
using namespace live_rows;

namespace {

struct fixture {
  explicit fixture(std::uint32_t n) : group(group_of(n)), rings(members(n)) {}

  group_state group;
  watch_rings rings;
  net_id subject = member(0);

  /// The first watchers of the subject state it.
  void stated_by(std::size_t count, finding what) {
    const auto all = rings.watchers_of(0, {});
    for (std::size_t i = 0; i < count; ++i) state(group, rings.members()[all.at(i)], subject, what);
  }

  /// All members from this number on are stated by the others that are next to them.
  void cut_off_from(std::uint32_t first) {
    for (auto far = first; far < rings.size(); ++far) {
      for (const auto by : rings.watchers_of(far, {})) {
        if (by < first) state(group, member(by), member(far), finding::silent);
      }
    }
  }

  [[nodiscard]] std::vector<net_id> unreachable(const net_id& self = member(1)) const {
    return unreachable_of(judge(group, rings, self));
  }

  [[nodiscard]] std::size_t ignored() const {
    return ignored_statements(group, rings, judge(group, rings, member(1)));
  }
};

}  // namespace

TEST_CASE("without statements all are reachable") {
  CHECK(judge(fixture{20}.group, fixture{20}.rings, member(1)).empty());
}

TEST_CASE("it takes more than half of the watchers, and one makes a suspect") {
  fixture x{40};
  const auto watchers = x.rings.watchers_of(0, {}).size();
  x.stated_by(1, finding::silent);
  auto told = judge(x.group, x.rings, member(1));
  REQUIRE(told.size() == 1);
  CHECK(told[0].member == x.subject);
  CHECK(!told[0].unreachable);
  CHECK(told[0].stated_by.size() == 1);
  x.stated_by(watchers / 2, finding::silent);
  CHECK(x.unreachable().empty());
  x.stated_by(watchers / 2 + 1, finding::silent);
  CHECK(x.unreachable() == std::vector{x.subject});
}

TEST_CASE("two refusals, or two that have lasted, are enough") {
  for (const auto what : {finding::refused, finding::lasting}) {
    fixture x{40};
    x.stated_by(1, what);
    CHECK(x.unreachable().empty());
    x.stated_by(2, what);
    CHECK(x.unreachable() == std::vector{x.subject});
  }
}

TEST_CASE("of two members one statement is enough; of three it takes both others") {
  fixture two{2};
  two.stated_by(1, finding::silent);
  CHECK(two.unreachable() == std::vector{two.subject});
  fixture three{3};
  three.stated_by(1, finding::silent);
  CHECK(three.unreachable().empty());
  three.stated_by(2, finding::silent);
  CHECK(three.unreachable() == std::vector{three.subject});
}

TEST_CASE("a statement of a member that does not watch the subject does not count") {
  fixture x{40};
  const auto watchers = x.rings.watchers_of(0, {});
  for (watch_rings::number by = 1; by < 40; ++by) {
    if (!std::ranges::binary_search(watchers, by))
      state(x.group, member(by), x.subject, finding::refused);
  }
  CHECK(judge(x.group, x.rings, member(1)).empty());
  CHECK(x.ignored() == 39 - watchers.size());
  x.stated_by(2, finding::refused);
  CHECK(x.ignored() == 39 - watchers.size());
}

TEST_CASE("a statement about another life, or about a stranger, does not count") {
  fixture x{40};
  const auto watchers = x.rings.watchers_of(0, {});
  for (const auto by : watchers) {
    state(x.group, x.rings.members()[by], x.subject, finding::silent, life_of(incarnation + 1));
    state(x.group, x.rings.members()[by], member(999), finding::silent);
  }
  CHECK(judge(x.group, x.rings, member(1)).empty());
  CHECK(x.ignored() == 2 * watchers.size());
}

TEST_CASE("a member that states itself is unreachable at once") {
  fixture x{40};
  state(x.group, x.subject, x.subject, finding::refused);
  const auto told = judge(x.group, x.rings, member(1));
  REQUIRE(told.size() == 1);
  CHECK(told[0].unreachable);
  CHECK(told[0].why == reach_reason::own);
  x.stated_by(1, finding::refused);
  CHECK(x.ignored() == 0);
}

TEST_CASE("a node holds whom it does not reach for long, and nobody else does") {
  fixture x{40};
  const auto by = x.rings.members()[x.rings.watchers_of(0, {}).front()];
  x.stated_by(1, finding::lasting);
  CHECK(x.unreachable(by) == std::vector{x.subject});
  CHECK(x.unreachable(member(39) == by ? member(38) : member(39)).empty());
}

TEST_CASE("the watchers behind an unreachable one count instead of it") {
  fixture x{40};
  // Half of the watchers are dead, and the others state that and the subject.
  watch_rings::hidden_set hidden(40);
  const auto first = x.rings.watchers_of(0, {});
  for (std::size_t i = 0; i < first.size() / 2; ++i) hidden[first[i]] = true;
  for (watch_rings::number dead = 0; dead < 40; ++dead) {
    if (!hidden[dead] && dead != 0) continue;
    for (const auto by : x.rings.watchers_of(dead, hidden))
      state(x.group, member(by), member(dead), finding::silent);
  }
  const auto found = x.unreachable();
  CHECK(std::ranges::binary_search(found, x.subject));
  CHECK(found.size() == 1 + first.size() / 2);
}

TEST_CASE("of members that die at once, nearly all are found by those that watched them") {
  // Of so many more than every fourth has fewer than four living watchers.
  for (const std::uint32_t n : {40U, 100U, 300U}) {
    INFO(n << " members");
    fixture x{n};
    const auto first = n * 7 / 10;
    x.cut_off_from(first);
    const auto found = x.unreachable();
    CHECK(found.size() >= (n - first) * 9 / 10);
    CHECK(found.front() >= member(first));
  }
}

TEST_CASE("the smaller part of a cluster finds few of the others at once") {
  for (const std::uint32_t n : {40U, 100U, 300U}) {
    INFO(n << " members");
    fixture x{n};
    const auto first = n * 3 / 10;
    x.cut_off_from(first);
    const auto found = x.unreachable();
    CHECK(found.size() < (n - first) / 5);
    for (const auto& id : found) CHECK(id >= member(first));
  }
}

TEST_CASE("two of a member's watchers hide it only if it has no others in the core") {
  fixture x{100};
  x.stated_by(2, finding::silent);
  CHECK(x.unreachable().empty());
  // Another watcher that two do not state stays in the core, whatever is said of the rest.
  const auto watchers = x.rings.watchers_of(0, {});
  REQUIRE(watchers.size() == 6);
  const auto all_state = [&](watch_rings::number dead) {
    for (const auto by : x.rings.watchers_of(dead, {})) {
      if (!std::ranges::binary_search(watchers, by) && by != 0)
        state(x.group, member(by), member(dead), finding::silent);
    }
  };
  all_state(watchers[2]);
  all_state(watchers[3]);
  CHECK(!std::ranges::binary_search(x.unreachable(), x.subject));
  all_state(watchers[4]);
  CHECK(std::ranges::binary_search(x.unreachable(), x.subject));
}

TEST_CASE("the last neighbour that is left is enough, if it is in the core") {
  fixture x{100};
  const auto neighbours = x.rings.watchers_of(0, {});
  REQUIRE(neighbours.size() == 6);
  const auto die = [&](std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      for (const auto by : x.rings.watchers_of(neighbours[i], {})) {
        if (by != 0) state(x.group, member(by), member(neighbours[i]), finding::silent);
      }
    }
  };
  state(x.group, member(neighbours[5]), x.subject, finding::silent);
  die(4);
  CHECK(!std::ranges::binary_search(x.unreachable(), x.subject));
  die(5);
  CHECK(std::ranges::binary_search(x.unreachable(), x.subject));
}

TEST_CASE("a node of the smaller part sees that it is cut off from the core, and no other does") {
  for (const std::uint32_t n : {40U, 100U, 300U}) {
    INFO(n << " members");
    fixture x{n};
    const auto first = n * 3 / 10;
    const watch_rings::hidden_set nobody;
    x.cut_off_from(first);
    std::size_t cut_off = 0;
    for (std::uint32_t self = 0; self < first; ++self) {
      std::vector<net_id> silent;
      for (const auto other : x.rings.watchers_of(self, nobody)) {
        if (other >= first) silent.push_back(member(other));
      }
      const auto without = reservations{.unreachable = x.unreachable()};
      cut_off += opposed_core(x.group, x.rings, member(self), silent, without).empty() ? 0 : 1;
    }
    CHECK(cut_off >= first * 9 / 10);
    // A node to which all others are well, or whose silent ones others find silent, too.
    CHECK(opposed_core(x.group, x.rings, member(n - 1), {}, {}).empty());
    fixture dead{n};
    dead.stated_by(5, finding::silent);
    const auto observer = member(dead.rings.watchers_of(0, nobody).back());
    CHECK(opposed_core(dead.group, dead.rings, observer, {dead.subject}, {}).empty());
  }
}

TEST_CASE("what a member states that is not heard counts for those that were unreachable") {
  fixture x{40};
  x.stated_by(6, finding::silent);
  const auto watchers = x.rings.watchers_of(0, {});
  reservations without;
  for (const auto by : watchers) without.unheard.push_back(member(by));
  const auto found = [&] {
    return unreachable_of(judge(x.group, x.rings, member(watchers[0]), without));
  };
  CHECK(found().empty());
  without.unreachable = {x.subject};
  CHECK(found() == std::vector{x.subject});
  // What a member says of itself always counts.
  const auto stops = member(watchers[1]);
  state(x.group, stops, stops, finding::refused);
  CHECK(std::ranges::binary_search(found(), stops));
}

TEST_CASE("ten thousand statements in one row hide nobody") {
  fixture x{40};
  auto liar = *x.group.find(member(5));
  for (std::uint32_t n = 0; n < 10'000; ++n)
    put_claim(liar, {{liar.member, {n * 400'000, n * 400'000}, op::add, 1}, {incarnation, n + 1}});
  x.group.put(liar);
  for (std::uint32_t n = 0; n < 40; ++n) {
    if (n != 5) state(x.group, member(5), member(n), finding::refused);
  }
  CHECK(x.unreachable().empty());
  CHECK(x.ignored() >= 10'000);
}

TEST_CASE("the verdict is one of the rows alone") {
  rng random{3};
  for (int round = 0; round < 60; ++round) {
    const auto n = static_cast<std::uint32_t>(random.between(2, 40));
    fixture x{n};
    std::vector<net_id> before;
    for (int more = 0; more < 6; ++more) {
      for (int i = 0; i < 20; ++i)
        state(x.group, member(static_cast<std::uint32_t>(random.below(n))),
              member(static_cast<std::uint32_t>(random.below(n))),
              static_cast<finding>(random.below(3)));
      // `alone` aside, which a stranger has none of, all nodes judge the same.
      CHECK(judge(x.group, x.rings, member(900)) == judge(x.group, x.rings, member(901)));
    }
  }
}
