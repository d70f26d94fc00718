#include <stdexcept>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "tests/supervision/noting_world.hpp"

using namespace scalesmall::supervision;
using namespace std::chrono_literals;

namespace {

start_function broken(const std::string& how) {
  return [how](const start_context& c) -> caf::expected<caf::strong_actor_ptr> {
    if (how == "throws") throw std::runtime_error("no luck");
    if (how == "throws an int") throw 5;
    if (how == "returns an error")
      return caf::make_error(caf::sec::runtime_error, std::string{"no luck"});
    if (how == "returns nothing") return caf::strong_actor_ptr{};
    auto a = c.parent.spawn<actor_shell<test_worker>>();
    caf::anon_send_exit(a, caf::exit_reason::user_shutdown);
    if (how == "returns a dying actor") return caf::actor_cast<caf::strong_actor_ptr>(a);
    throw std::logic_error(how);
  };
}

}  // namespace

TEST_CASE_FIXTURE(
    noting_world,
    "a failed start stops the children started before and ends the tree with its reason") {
  const auto fails = [this](const child_spec& c, const std::string& reason) {
    CAPTURE(reason);
    lines.clear();
    const auto t = launch(with(c));
    CHECK(t.ended());
    CHECK(outcome == "failed to start child: " + c.id + ": " + reason);
    CHECK(describe(t.end_reason()) == outcome);
    CHECK(lines == std::vector<std::string>{"started app/first", "start failed app/bad: " + reason,
                                            "stopped app/first: user_shutdown"});
  };
  fails({.id = "bad", .start = broken("throws")}, "no luck");
  fails({.id = "bad", .start = broken("throws an int")}, "unknown exception");
  fails({.id = "bad", .start = broken("returns an error")}, "no luck");
  fails({.id = "bad", .start = broken("returns nothing")}, "start function returned no actor");
  fails({.id = "bad", .start = broken("returns a dying actor")}, "user_shutdown");
  fails({.id = "bad",
         .start = start_hooked([](auto*) { throw std::runtime_error("in its first turn"); })},
        "in its first turn");
  fails({.id = "bad", .start = start_hooked([](auto* self) { self->quit(); })},
        "start function returned no actor");
}

TEST_CASE_FIXTURE(
    noting_world,
    "a start function may return neither a dead actor nor the actor of another child") {
  const caf::actor dead = system.spawn([](caf::event_based_actor*) {});
  run();
  const start_function start_dead =
      [dead](const start_context&) -> caf::expected<caf::strong_actor_ptr> {
    return caf::actor_cast<caf::strong_actor_ptr>(dead);
  };
  CHECK(launch(with({.id = "bad", .start = start_dead})).ended());

  tree* running = nullptr;
  const start_function start_twice =
      [&](const start_context&) -> caf::expected<caf::strong_actor_ptr> {
    return running->find("app/first");
  };
  auto t = launch(with({.id = "second", .start = start_shell<test_worker>()}));
  running = &t;
  const auto r =
      ask<caf::strong_actor_ptr>(t.actor(), 1s, start_child{{.id = "third", .start = start_twice}});
  REQUIRE_FALSE(r);
  CHECK(describe(r.error()) ==
        "failed to start child: third: start function returned an actor that is a child already");
  CHECK_FALSE(t.ended());
}

TEST_CASE_FIXTURE(noting_world,
                  "a start function that returns ignored starts no child and does not fail") {
  const start_function ignore = [](const start_context&) -> caf::expected<caf::strong_actor_ptr> {
    return caf::make_error(supervisor_error::ignored);
  };
  const auto t = launch(with({.id = "later", .start = ignore}));
  CHECK(outcome == "started");
  const auto infos = ask<std::vector<child_info>>(t.actor(), 1s, which_children{});
  REQUIRE(infos);
  REQUIRE(infos->size() == 2);
  CHECK((*infos)[1].state == child_state::stopped);
  launch(with({.id = "never", .start = ignore, .restart = restart_type::temporary}));
  CHECK(outcome == "started");
}

TEST_CASE_FIXTURE(noting_world, "a child that is not ready in time is killed and its start fails") {
  // An unbound reference parks the question whether it is ready, like any other message.
  const stable_ref<caf::actor> silent{system};
  const start_function start = [&](const start_context&) -> caf::expected<caf::strong_actor_ptr> {
    return silent.actor();
  };
  const auto t = launch(with({.id = "bad", .start = start, .start_timeout = 200ms}));
  CHECK(outcome.empty());
  advance(190ms);
  CHECK(outcome.empty());
  advance(20ms);
  CHECK(outcome == "failed to start child: bad: start timeout");
  CHECK(t.ended());
}

TEST_CASE_FIXTURE(noting_world,
                  "a child with readiness::spawned is not asked whether it is ready") {
  const start_function start = [](const start_context& c) -> caf::expected<caf::strong_actor_ptr> {
    return caf::actor_cast<caf::strong_actor_ptr>(
        c.parent.spawn<actor_shell<test_worker>, caf::lazy_init>());
  };
  const auto t = launch(with({.id = "a", .start = start, .ready = readiness::spawned}));
  CHECK(outcome == "started");
}
