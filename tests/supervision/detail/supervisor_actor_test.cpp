#include <algorithm>
#include <memory>
#include <new>
#include <scalesmall/supervision/adopt.hpp>
#include <scalesmall/supervision/start_actor.hpp>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "tests/supervision/noting_world.hpp"

using namespace scalesmall::supervision;
using namespace std::chrono_literals;

namespace {

/// The system has no thread to give while `starved`. Counts the starts.
struct starved_world : noting_world {
  bool starved = false;
  int starts = 0;

  child_spec needy(std::string id) {
    return {.id = std::move(id), .start = start_hooked([this](auto*) {
                                   ++starts;
                                   if (starved)
                                     throw std::system_error{std::make_error_code(
                                         std::errc::resource_unavailable_try_again)};
                                 })};
  }

  tree launch_patient(supervisor_spec spec) {
    spec.intensity = 1;
    spec.resource_wait_max = 1s;
    return launch(spec);
  }

  [[nodiscard]] auto times_told(const std::string& x) const {
    return std::count(lines.begin(), lines.end(), x);
  }
};

caf::behavior forgetful(caf::event_based_actor* self) {
  adopt(self);
  return {[](caf::get_atom) -> int { throw std::bad_alloc{}; }};
}

}  // namespace

TEST_CASE_FIXTURE(noting_world,
                  "a supervisor that gives up reports its path and ends with shutdown") {
  auto spec = with({.id = "a", .start = start_shell<test_worker>()});
  spec.intensity = 1;
  const auto t = launch(spec);
  t.crash("app/a");
  run();
  CHECK_FALSE(t.ended());
  t.crash("app/a");
  run();
  CHECK(t.ended());
  CHECK(told("gave up app"));
  CHECK(t.end_reason() == caf::exit_reason::user_shutdown);
}

TEST_CASE_FIXTURE(noting_world,
                  "1,000,000 restarts leave no actor, no state, no timer and no monitor behind") {
  const auto alive = std::make_shared<int>(0);
  struct counted {
    explicit counted(std::shared_ptr<int> n) : count(std::move(n)) { ++*count; }
    counted(const counted&) = delete;
    counted& operator=(const counted&) = delete;
    ~counted() { --*count; }
    std::shared_ptr<int> count;
  };
  const start_function start =
      [alive](const start_context& c) -> caf::expected<caf::strong_actor_ptr> {
    return caf::actor_cast<caf::strong_actor_ptr>(
        c.parent.spawn([n = std::make_shared<counted>(alive)](
                           caf::event_based_actor*) -> caf::behavior { return {[n](int) {}}; }));
  };
  supervisor_spec spec;
  spec.intensity = 1;
  spec.period = 1ms;
  spec.children.push_back({.id = "a", .start = start});
  const auto t = launch(spec);
  constexpr int restarts = 1'000'000;
  std::vector<caf::weak_actor_ptr> former;
  for (int i = 0; i < restarts; ++i) {
    const auto a = t.find("app/a");
    if (i % 1000 == 0) {
      former.emplace_back(a.get());
      lines.clear();
    }
    kill(a);
    scheduler.run();
    scheduler.clock().advance_time(2ms);
    scheduler.run();
  }
  REQUIRE_FALSE(t.ended());
  CHECK(t.list().back().restarts == restarts);
  CHECK(*alive == 1);
  CHECK(system.registry().running() <= 3);  // the root, the child and the scoped actor of this test
  CHECK(scheduler.clock().schedule().size() <= 1);
  CHECK(std::all_of(former.begin(), former.end(), [](const auto& p) { return !p.lock(); }));
}

TEST_CASE_FIXTURE(starved_world,
                  "a child that lacks resources is started again after longer waits") {
  const auto t = launch_patient(with(needy("a")));
  starved = true;
  t.crash("app/a");
  run();
  CHECK(starts == 2);
  CHECK(told("start failed app/a: out of resources: Resource temporarily unavailable"));
  for (const auto wait : {100ms, 200ms, 400ms, 800ms, 1000ms, 1000ms}) {
    const auto before = starts;
    advance(wait - 10ms);
    CHECK(starts == before);
    advance(10ms);
    CHECK(starts == before + 1);
  }
  advance(1min);
  CHECK_FALSE(t.ended());
  CHECK(times_told("waiting for resources app/a: out of resources: "
                   "Resource temporarily unavailable") == starts - 1);
  starved = false;
  advance(1s);
  CHECK(told("restarted app/a"));
  CHECK(t.find("app/a"));
  CHECK(t.list().back().restarts == 1);
}

TEST_CASE_FIXTURE(starved_world, "without a wait for resources such a failure is like any other") {
  auto spec = with(needy("a"));
  spec.intensity = 1;
  const auto t = launch(spec);
  starved = true;
  t.crash("app/a");
  run();
  CHECK(t.ended());
  CHECK(starts == 2);
}

TEST_CASE_FIXTURE(starved_world, "other failures beside waits still count") {
  const auto t = launch_patient(with(needy("a")));
  starved = true;
  t.crash("app/a");
  advance(2s);
  CHECK_FALSE(t.ended());
  t.crash("app/first");
  run();
  CHECK(t.ended());
  CHECK(told("gave up app"));
}

TEST_CASE_FIXTURE(starved_world,
                  "an actor that lacks memory again and again does not end its supervisor") {
  const auto t = launch_patient(with({.id = "a", .start = start_actor(forgetful)}));
  for (int i = 0; i < 20; ++i) {
    const auto actor = t.find("app/a");
    REQUIRE(actor);
    caf::anon_send(caf::actor_cast<caf::actor>(actor), caf::get_atom_v);
    run();
    CHECK_FALSE(t.find("app/a"));
    advance(1s);
  }
  CHECK_FALSE(t.ended());
}

TEST_CASE_FIXTURE(starved_world,
                  "a supervisor whose child lacks resources at a restart waits, too") {
  supervisor_spec inner;
  inner.resource_wait_max = 1s;
  inner.children.push_back(needy("low"));
  const auto t = launch_patient(with(supervisor_child("mid", inner)));
  starved = true;
  kill(t.find("app/mid"));
  advance(10s);
  CHECK_FALSE(t.ended());
  CHECK(
      told("waiting for resources app/mid: failed to start child: low: out of resources: "
           "Resource temporarily unavailable"));
  starved = false;
  advance(1s);
  CHECK(t.find("app/mid/low"));
}

TEST_CASE_FIXTURE(starved_world, "a child that is stopped or removed while it waits stays so") {
  const auto t = launch_patient(with(needy("a")));
  starved = true;
  t.crash("app/a");
  run();
  starved = false;
  CHECK(ask<caf::ok_atom>(t.actor(), 1ms, terminate_child{"a"}));
  advance(2s);
  CHECK_FALSE(t.find("app/a"));
  CHECK(starts == 2);

  CHECK(ask<caf::strong_actor_ptr>(t.actor(), 1ms, restart_child{"a"}));
  starved = true;
  t.crash("app/a");
  run();
  t.request_stop();
  run();
  CHECK(t.ended());
}

TEST_CASE_FIXTURE(starved_world, "a child that others restart while it waits is started once") {
  auto spec = with(needy("a"));
  spec.strategy = restart_strategy::one_for_all;
  spec.intensity = 5;
  spec.resource_wait_max = 1s;
  const auto t = launch(spec);
  starved = true;
  t.crash("app/a");
  advance(350ms);
  starved = false;
  t.crash("app/first");
  run();
  REQUIRE(t.find("app/a"));
  const auto after = starts;
  advance(5s);
  CHECK(starts == after);
}
