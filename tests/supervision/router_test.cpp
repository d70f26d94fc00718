#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <scalesmall/supervision/router.hpp>
#include <vector>

#include <doctest/doctest.h>

#include "tests/supervision/workers.hpp"
#include "tests/supervision/world.hpp"

using namespace scalesmall::supervision;
using namespace std::chrono_literals;

namespace {

/// A tree with a pool at app/pool.
struct pool_world : world {
  explicit pool_world(std::size_t size = 0) {
    for (std::size_t i = 0; i < size; ++i) start();
  }

  static supervisor_spec spec() {
    supervisor_spec pool;
    pool.strategy = restart_strategy::simple_one_for_one;
    pool.children.push_back({.id = "worker", .start = start_shell<test_worker>()});
    supervisor_spec app;
    app.children.push_back(supervisor_child("pool", pool));
    return app;
  }

  tree running() {
    auto launched = launch("app", spec());
    REQUIRE(launched);
    run();
    return *launched;
  }

  void start() {
    REQUIRE(ask<caf::strong_actor_ptr>(caf::actor_cast<caf::actor>(app.find("app/pool")), 1s,
                                       start_instance{}));
  }

  std::uint64_t answer_of_next() {
    const auto next = pool.next();
    REQUIRE(next);
    return *ask<std::uint64_t>(*next, 1s, caf::get_atom_v);
  }

  tree app = running();
  router<echo> pool{app, "app/pool"};
};

struct three_instances : pool_world {
  three_instances() : pool_world(3) {}
};

}  // namespace

TEST_CASE_FIXTURE(pool_world, "a pool without instances, or that is not there, gives none") {
  CHECK_FALSE(pool.next());
  CHECK(pool.all().empty());
  for (const auto* path : {"app/other", "ap", "app/", "app/pool/#1", "other/pool", ""})
    CHECK_FALSE(router<echo>{app, path}.next());
  start();
  CHECK(pool.next());
}

TEST_CASE_FIXTURE(three_instances, "instances are asked in turn, through typed handles") {
  const auto all = pool.all();
  REQUIRE(all.size() == 3);
  for (int round = 0; round < 2; ++round) {
    for (const auto& x : all) CHECK(answer_of_next() == x.id());
  }
}

TEST_CASE_FIXTURE(three_instances, "a router follows starts, ends and restarts") {
  const auto before = pool.all();
  start();
  CHECK(pool.all().size() == 4);
  kill(caf::actor_cast<caf::strong_actor_ptr>(before[1]));
  run();
  // Its successor runs.
  const auto after = pool.all();
  CHECK(after.size() == 4);
  CHECK(std::find(after.begin(), after.end(), before[1]) == after.end());
  CHECK(ask<caf::ok_atom>(caf::actor_cast<caf::actor>(app.find("app/pool")), 1s,
                          terminate_instance{caf::actor_cast<caf::strong_actor_ptr>(after[0])}));
  CHECK(pool.all().size() == 3);
}

TEST_CASE_FIXTURE(three_instances, "a router follows a pool that is restarted, and one that ends") {
  kill(app.find("app/pool"));
  advance(1s);
  CHECK(pool.all().empty());
  start();
  CHECK(pool.all().size() == 1);
  app.request_stop();
  advance(1s);
  CHECK_FALSE(pool.next());
}

TEST_CASE_FIXTURE(world, "the root may be the supervisor whose children are asked") {
  supervisor_spec spec;
  spec.children.push_back({.id = "a", .start = start_shell<test_worker>()});
  spec.children.push_back({.id = "b", .start = start_shell<test_worker>()});
  const auto app = launch("app", spec);
  REQUIRE(app);
  router<caf::actor> children{*app, "app"};
  CHECK(children.all().empty());
  run();
  const auto all = children.all();
  REQUIRE(all.size() == 2);
  CHECK(all[0] == caf::actor_cast<caf::actor>(app->find("app/a")));
}
