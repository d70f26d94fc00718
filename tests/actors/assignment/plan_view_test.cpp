#include "actors/assignment/plan_view.hpp"

#include <string_view>

#include <doctest/doctest.h>

#include "tests/actors/assignment/plans.hpp"

using namespace scalesmall;
using namespace std::chrono_literals;

namespace {

/// The group of a plan as one node sees it, with one look each 100 ms.
struct viewed_group {
  plan_view view{assignment_timing{}};
  std::vector<sighted_member> members = {};
  bool suspects = false;
  time_point now{1'000s};

  explicit viewed_group(std::uint8_t n) {
    for (std::uint8_t i = 0; i < n; ++i) {
      const auto id = plans::nth(1, i);
      members.push_back({id, 1, plan_member{id}});
    }
  }

  void run(duration time) {
    for (const auto end = now + time; now < end; now += 100ms) view.look(members, suspects, now);
  }
  void restart(std::size_t i) {
    ++members[i].incarnation;
    members[i].planned.reset();
  }
  void enter(std::size_t i) { members[i].planned = plan_member{members[i].id}; }
  std::size_t settled() const { return view.settled().size(); }
};

}  // namespace

TEST_CASE("a plan counts once its members are the same for a while") {
  viewed_group x{3};
  x.run(1900ms);
  CHECK(x.settled() == 0);
  x.run(300ms);
  CHECK(x.settled() == 3);

  SUBCASE("suspects hold it up, though not for ever") {
    x.suspects = true;
    x.members.pop_back();
    x.members.push_back({plans::nth(1, 9), 1, plan_member{plans::nth(1, 9)}});
    x.run(9s);
    CHECK(x.settled() == 3);
    x.run(2s);
    CHECK(x.settled() == 4);
  }
  SUBCASE("members that change all the time do so, too") {
    for (std::uint32_t i = 0; i < 9; ++i) {
      x.members[0].planned->capacity = 2 + i;
      x.run(1s);
      CHECK(x.view.settled()[0].capacity == 1);
    }
    x.run(2s);
    CHECK(x.view.settled()[0].capacity == 10);
  }
}

TEST_CASE("a member that takes its claim back has no place any more") {
  viewed_group x{3};
  x.run(3s);
  x.members[1].planned.reset();
  x.run(3s);
  CHECK(x.settled() == 2);
  CHECK(x.view.present().size() == 2);
}

TEST_CASE("a member that is gone keeps its place for a while") {
  for (const bool comes_back : {false, true}) {
    for (const auto* how : {"unreachable", "restarted", "forgotten"}) {
      CAPTURE(how);
      viewed_group x{3};
      x.run(3s);
      const auto member = x.members[1];
      if (how == std::string_view{"unreachable"}) x.members[1].reachable = false;
      if (how == std::string_view{"restarted"}) x.restart(1);
      if (how == std::string_view{"forgotten"}) x.members.erase(x.members.begin() + 1);
      x.run(59s);
      CHECK(x.settled() == 3);
      CHECK(x.view.present().size() == 2);
      if (comes_back) {
        if (x.members.size() < 3) x.members.insert(x.members.begin() + 1, member);
        x.members[1].reachable = true;
        x.enter(1);
      }
      x.run(4s);
      CHECK(x.settled() == (comes_back ? 3 : 2));
      x.run(100s);
      CHECK(x.settled() == (comes_back ? 3 : 2));
    }
  }
}

TEST_CASE("a node that comes and goes loses its place once") {
  viewed_group x{3};
  x.run(3s);
  std::size_t changes = 0;
  auto before = x.view.settled();
  for (int i = 0; i < 100; ++i) {
    x.members[1].reachable = false;
    x.run(5s);
    x.members[1].reachable = true;
    x.restart(1);  // it is not up for long enough to take part
    x.run(5s);
    changes += std::size_t{x.view.settled() != before};
    before = x.view.settled();
  }
  CHECK(changes == 1);
}

TEST_CASE("if many are gone they keep their places longer, unless a person decides otherwise") {
  viewed_group x{8};
  x.run(3s);
  for (std::size_t i = 0; i < 3; ++i) x.members[i].reachable = false;
  x.run(100s);
  CHECK(x.settled() == 8);
  CHECK(x.view.patience() == plan_view::patience_in_incident);
  SUBCASE("for six times as long") {
    x.run(250s);
    CHECK(x.settled() == 8);
    x.run(20s);
    CHECK(x.settled() == 5);
    CHECK(x.view.patience() == 1);
  }
  SUBCASE("a person decides") {
    x.view.take_over();
    x.run(100ms);
    CHECK(x.settled() == 5);
  }
}

TEST_CASE("it says when it is to be looked at again") {
  viewed_group x{2};
  x.view.look(x.members, false, x.now);
  REQUIRE(x.view.next_due());
  CHECK(*x.view.next_due() == x.now + 2s);
  x.run(3s);
  CHECK(!x.view.next_due());
  x.members[1].reachable = false;
  const auto gone = x.now;
  x.run(1s);
  REQUIRE(x.view.next_due());
  CHECK(*x.view.next_due() == gone + 60s);
}
