#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "tests/supervision/noting_world.hpp"

using namespace scalesmall::supervision;
using namespace std::chrono_literals;

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
