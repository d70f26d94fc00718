#include <utility>

#include <doctest/doctest.h>

#include "tests/supervision/noting_world.hpp"

using namespace scalesmall::supervision;
using namespace std::chrono_literals;

namespace {

supervisor_spec pair_of_workers() {
  supervisor_spec spec;
  spec.children.push_back({.id = "a", .start = start_shell<test_worker>()});
  spec.children.push_back({.id = "b", .start = start_shell<test_worker>()});
  return spec;
}

}  // namespace

TEST_CASE_FIXTURE(noting_world, "calls that wait at a supervisor when it ends are answered") {
  supervisor_spec spec;
  spec.children.push_back(
      {.id = "slow",
       .start = start_hooked([](auto* self) { self->set_exit_handler([](caf::exit_msg&) {}); }),
       .shutdown = 500ms});
  const auto t = launch(spec);
  t.request_stop();
  run();
  auto r = me->request(t.actor(), caf::infinite, count_children{});
  run();
  CHECK_FALSE(me->has_next_message());
  advance(600ms);
  CHECK(t.ended());
  REQUIRE(me->has_next_message());
  r.receive([](const child_counts&) { FAIL("answered"); },
            [](const caf::error& e) { CHECK(e == caf::sec::request_receiver_down); });
  CHECK(told("stopped with trouble app/slow: kill"));
}

TEST_CASE_FIXTURE(noting_world, "calls under way at a supervisor that is killed are answered") {
  const auto deaf = start_hooked([](auto* self) { self->set_exit_handler([](caf::exit_msg&) {}); });
  const stable_ref<caf::actor> silent{system};
  const start_function never_ready =
      [&](const start_context&) -> caf::expected<caf::strong_actor_ptr> { return silent.actor(); };
  const auto answered_at_the_kill = [this](const tree& t, auto request) {
    auto r = me->request(t.actor(), caf::infinite, std::move(request));
    run();
    CHECK_FALSE(me->has_next_message());
    kill(t.find("app"));
    run();
    REQUIRE(me->has_next_message());
    r.receive([] { FAIL("answered"); },
              [](const caf::error& e) { CHECK(e == caf::sec::request_receiver_down); });
  };
  answered_at_the_kill(launch(with({.id = "deaf", .start = deaf, .shutdown = 5000ms})),
                       terminate_child{"deaf"});
  answered_at_the_kill(launch(with({.id = "a", .start = start_shell<test_worker>()})),
                       start_child{{.id = "late", .start = never_ready}});
  supervisor_spec pool;
  pool.strategy = restart_strategy::simple_one_for_one;
  pool.children.push_back({.id = "late", .start = never_ready});
  answered_at_the_kill(launch(pool), start_instance{});
}

TEST_CASE_FIXTURE(noting_world, "get_childspec gives the specification back") {
  const auto t = launch(with({.id = "a", .start = start_shell<test_worker>(), .shutdown = 123ms}));
  const auto spec = ask<child_spec>(t.actor(), 1s, get_childspec{"a"});
  REQUIRE(spec);
  CHECK(spec->shutdown == shutdown_policy{123ms});
  CHECK(ask<child_spec>(t.actor(), 1s, get_childspec{"x"}).error() == supervisor_error::not_found);
}

TEST_CASE("start_child refuses the same wrong fields") {
  world w;
  const auto t = w.launch("app", pair_of_workers());
  w.run();
  child_spec bad{.id = "c", .start = start_shell<test_worker>(), .shutdown = -5ms};
  const auto answer = w.ask<caf::strong_actor_ptr>(t->actor(), 1s, start_child{bad});
  REQUIRE_FALSE(answer);
  CHECK(answer.error() == supervisor_error::invalid_shutdown);
  CHECK(t->list().size() == 3);
}

TEST_CASE("max_children bounds static and dynamic children together") {
  world w;
  auto spec = pair_of_workers();
  spec.max_children = 3;
  const auto t = w.launch("app", spec);
  w.run();
  child_spec c{.id = "c", .start = start_shell<test_worker>()};
  CHECK(w.ask<caf::strong_actor_ptr>(t->actor(), 1s, start_child{c}));
  c.id = "d";
  CHECK(w.ask<caf::strong_actor_ptr>(t->actor(), 1s, start_child{c}).error() ==
        supervisor_error::too_many_children);

  supervisor_spec pool;
  pool.strategy = restart_strategy::simple_one_for_one;
  pool.max_children = 2;
  pool.children.push_back({.id = "t", .start = start_shell<test_worker>()});
  const auto p = w.launch("pool", pool);
  w.run();
  CHECK(w.ask<caf::strong_actor_ptr>(p->actor(), 1s, start_instance{}));
  CHECK(w.ask<caf::strong_actor_ptr>(p->actor(), 1s, start_instance{}));
  CHECK(w.ask<caf::strong_actor_ptr>(p->actor(), 1s, start_instance{}).error() ==
        supervisor_error::too_many_children);
}
