#include <algorithm>
#include <chrono>
#include <iostream>
#include <memory>
#include <scalesmall/supervision/exit_reason.hpp>
#include <scalesmall/supervision/guarded_promise.hpp>
#include <scalesmall/supervision/tree.hpp>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "supervision/detail/exit_signal.hpp"
#include "tests/supervision/workers.hpp"
#include "tests/supervision/world.hpp"

using namespace scalesmall::supervision;
using namespace std::chrono_literals;

namespace {

struct fixture : world {
  std::vector<std::string> lines;
  std::string outcome;

  fixture() = default;
  fixture(const fixture&) = delete;
  fixture& operator=(const fixture&) = delete;
  ~fixture() { stop_trees(); }

  tree launch(const supervisor_spec& spec) {
    auto t = world::launch(
        "app", spec,
        {.report = [this](const report& r) { lines.push_back(line(r)); },
         .on_start = [this](const caf::error& e) { outcome = e ? describe(e) : "started"; }});
    REQUIRE(t);
    run();
    return *t;
  }

  // The text of a report without its duration.
  static std::string line(const report& r) {
    return to_string(r.what) + ' ' + r.path + (r.reason ? ": " + describe(r.reason) : "");
  }

  [[nodiscard]] bool told(const std::string& x) const {
    return std::find(lines.begin(), lines.end(), x) != lines.end();
  }
};

supervisor_spec with(child_spec c) {
  supervisor_spec spec;
  spec.children.push_back({.id = "first", .start = start_shell<test_worker>()});
  spec.children.push_back(std::move(c));
  return spec;
}

void kill(const caf::strong_actor_ptr& a) {
  signal_exit(a, caf::make_error(caf::exit_reason::kill));
}

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
    fixture, "a failed start stops the children started before and ends the tree with its reason") {
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
    fixture, "a start function may return neither a dead actor nor the actor of another child") {
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

TEST_CASE_FIXTURE(fixture,
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

TEST_CASE_FIXTURE(fixture, "a child that is not ready in time is killed and its start fails") {
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

TEST_CASE_FIXTURE(fixture, "a child with readiness::spawned is not asked whether it is ready") {
  const start_function start = [](const start_context& c) -> caf::expected<caf::strong_actor_ptr> {
    return caf::actor_cast<caf::strong_actor_ptr>(
        c.parent.spawn<actor_shell<test_worker>, caf::lazy_init>());
  };
  const auto t = launch(with({.id = "a", .start = start, .ready = readiness::spawned}));
  CHECK(outcome == "started");
}

TEST_CASE_FIXTURE(fixture,
                  "the text of an exception is in the exit reason and the report; each child "
                  "counts its restarts") {
  const auto t = launch(with({.id = "a", .start = start_shell<test_worker>()}));
  CHECK(t.crash("app/a"));
  CHECK_FALSE(t.crash("app/b"));
  run();
  CHECK(told("failed app/a: crash of app/a requested"));
  CHECK(told("restarted app/a"));
  const auto entries = t.list();
  REQUIRE(entries.size() == 3);
  CHECK(entries[1].restarts == 0);
  CHECK(entries[2].path == "app/a");
  CHECK(entries[2].restarts == 1);
}

TEST_CASE("a report is one line, whatever the exception says") {
  const report failed{report::kind::failed, "app/a",
                      caf::make_error(caf::sec::runtime_error, std::string{"no such\ngroup"}),
                      1'204'000ns};
  CHECK(to_string(failed) == "failed app/a after 1.204 ms: no such group");
}

TEST_CASE("a tree that is given no report handler writes to the log") {
  const std::ostringstream log;
  auto* const before = std::clog.rdbuf(log.rdbuf());
  {
    world w;
    CHECK(w.launch("app", with({.id = "a", .start = start_shell<test_worker>()}), tree_options{}));
    w.run();
  }
  std::clog.rdbuf(before);
  std::vector<std::string> told;
  std::istringstream lines{log.str()};
  for (std::string line; std::getline(lines, line);)
    told.push_back(line.substr(0, line.rfind(" after")));
  CHECK(told == std::vector<std::string>{"started app/first", "started app/a", "stopped app/a",
                                         "stopped app/first"});
}

TEST_CASE_FIXTURE(fixture, "a supervisor that gives up reports its path and ends with shutdown") {
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

TEST_CASE_FIXTURE(fixture, "an exit signal overtakes the messages in the mailbox") {
  auto handled = std::make_shared<int>(0);
  const start_function start =
      [handled](const start_context& c) -> caf::expected<caf::strong_actor_ptr> {
    return caf::actor_cast<caf::strong_actor_ptr>(
        c.parent.spawn([handled](caf::event_based_actor*) -> caf::behavior {
          return {[handled](int) { ++*handled; }};
        }));
  };
  const auto t = launch(with({.id = "busy", .start = start, .restart = restart_type::temporary}));
  const auto busy = caf::actor_cast<caf::actor>(t.find("app/busy"));
  for (const auto* how : {"exit", "kill"}) {
    CAPTURE(how);
    *handled = 0;
    const auto target = caf::actor_cast<caf::actor>(*ask<caf::strong_actor_ptr>(
        t.actor(), 1s,
        start_child{{.id = how, .start = start, .restart = restart_type::temporary}}));
    for (int i = 0; i < 1000; ++i) caf::anon_send(target, i);
    signal_exit(caf::actor_cast<caf::strong_actor_ptr>(target),
                how == std::string{"kill"} ? caf::make_error(caf::exit_reason::kill)
                                           : caf::make_error(caf::exit_reason::user_shutdown));
    run();
    CHECK(*handled < 10);
    CHECK(t.find(std::string{"app/"} + how) == nullptr);
  }
}

TEST_CASE_FIXTURE(fixture, "a request whose promise a dying actor holds is answered at once") {
  const start_function start = [](const start_context& c) -> caf::expected<caf::strong_actor_ptr> {
    return caf::actor_cast<caf::strong_actor_ptr>(
        c.parent.spawn([](caf::event_based_actor* self) -> caf::behavior {
          auto held = std::make_shared<std::vector<guarded_promise<int>>>();
          return {[self, held](caf::get_atom) {
            auto p = self->make_response_promise<int>();
            held->emplace_back(p);
            return p;
          }};
        }));
  };
  const auto t = launch(with({.id = "keeper", .start = start}));
  auto r = me->request(caf::actor_cast<caf::actor>(t.find("app/keeper")), caf::infinite,
                       caf::get_atom_v);
  run();
  CHECK_FALSE(me->has_next_message());
  kill(t.find("app/keeper"));
  run();
  REQUIRE(me->has_next_message());
  r.receive([](int) { FAIL("answered"); },
            [](const caf::error& e) { CHECK(e == caf::sec::request_receiver_down); });
}

TEST_CASE_FIXTURE(fixture, "a supervisor that died is not restarted before its children are gone") {
  const auto deaf = start_hooked([](auto* self) { self->set_exit_handler([](caf::exit_msg&) {}); });
  supervisor_spec low;
  low.children.push_back({.id = "deaf", .start = deaf, .shutdown = 300ms});
  low.children.push_back({.id = "b", .start = start_shell<test_worker>(), .shutdown = 100ms});
  const auto t = launch(with(supervisor_child("low", low)));
  const auto before = t.find("app/low/deaf");
  CHECK(t.crash("app/low"));
  advance(290ms);
  CHECK(t.find("app/low") == nullptr);
  CHECK(told("stopped app/low/b: parent died"));
  CHECK_FALSE(before->get()->getf(caf::abstract_actor::is_terminated_flag));
  advance(30ms);
  CHECK(before->get()->getf(caf::abstract_actor::is_terminated_flag));
  CHECK(told("stopped with trouble app/low/deaf: kill"));
  CHECK(t.find("app/low/deaf") != nullptr);
  CHECK(t.list().size() == 5);
}

TEST_CASE_FIXTURE(fixture, "calls that wait at a supervisor when it ends are answered") {
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

TEST_CASE_FIXTURE(fixture, "calls under way at a supervisor that is killed are answered") {
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

TEST_CASE_FIXTURE(fixture, "get_childspec gives the specification back") {
  const auto t = launch(with({.id = "a", .start = start_shell<test_worker>(), .shutdown = 123ms}));
  const auto spec = ask<child_spec>(t.actor(), 1s, get_childspec{"a"});
  REQUIRE(spec);
  CHECK(spec->shutdown == shutdown_policy{123ms});
  CHECK(ask<child_spec>(t.actor(), 1s, get_childspec{"x"}).error() == supervisor_error::not_found);
}

TEST_CASE_FIXTURE(fixture,
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
