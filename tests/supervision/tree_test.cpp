#include <chrono>
#include <future>
#include <mutex>
#include <scalesmall/supervision/exit_reason.hpp>
#include <scalesmall/supervision/tree.hpp>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "supervision/detail/exit_signal.hpp"
#include "tests/supervision/real_system.hpp"
#include "tests/support/await.hpp"

using namespace scalesmall::supervision;
using scalesmall::await;
using scalesmall::await_limit;
using namespace std::chrono_literals;

TEST_CASE_FIXTURE(real_system, "a tree starts, lists itself, and stops in reverse order") {
  std::mutex mutex;
  std::vector<std::string> stopped;
  std::promise<std::string> end;
  const auto t = tree::start(system, "app", two_workers(),
                             {.report =
                                  [&](const report& r) {
                                    const std::lock_guard lock{mutex};
                                    if (r.what == report::kind::stopped) stopped.push_back(r.path);
                                  },
                              .on_end = [&](const caf::error& e) { end.set_value(describe(e)); }});
  REQUIRE(t);
  std::vector<std::string> paths;
  for (const auto& e : t->list()) paths.push_back(e.path + ' ' + to_string(e.state));
  CHECK(paths == std::vector<std::string>{"app running", "app/a running", "app/low running",
                                          "app/low/b running"});
  CHECK(t->text() ==
        "app    supervisor  running\n"
        "  a    worker      running\n"
        "  low  supervisor  running\n"
        "    b  worker      running\n");
  CHECK(t->find("app/low/b") != nullptr);
  for (const auto* nowhere : {"", "a", "app/", "app/x", "app/a/b", "application/a", "app/low/"})
    CHECK(t->find(nowhere) == nullptr);
  CHECK(t->stop());
  CHECK(await(end.get_future(), "the end of the tree") == "user_shutdown");
  const std::lock_guard lock{mutex};
  CHECK(stopped == std::vector<std::string>{"app/low/b", "app/low", "app/a"});
  CHECK(t->list().front().state == child_state::stopped);
}

TEST_CASE_FIXTURE(real_system, "a failed start returns its reason and leaves no actor") {
  auto spec = two_workers();
  spec.children.push_back(
      {.id = "bad", .start = start_hooked([](auto*) { throw std::runtime_error("port in use"); })});
  const auto t = tree::start(system, "app", spec, {.report = {}});
  REQUIRE_FALSE(t);
  CHECK(describe(t.error()) == "failed to start child: bad: port in use");
  CHECK(system.registry().running() == 0);
}

TEST_CASE_FIXTURE(real_system, "several trees in one system do not disturb each other") {
  const auto one = tree::start(system, "app", two_workers(), {.report = {}});
  const auto two = tree::start(system, "app", two_workers(), {.report = {}});
  REQUIRE(one);
  REQUIRE(two);
  CHECK(one->stop());
  CHECK_FALSE(two->ended());
  CHECK(two->root().count_children()->active == 2);
  CHECK(two->stop());
}

TEST_CASE_FIXTURE(
    real_system,
    "a child stuck in a handler is reported and left behind; the stop of the others goes on") {
  std::promise<void> let_go;
  std::promise<void> is_stuck;
  const auto released = let_go.get_future().share();
  std::mutex mutex;
  std::vector<std::string> lines;
  supervisor_spec spec;
  spec.kill_timeout = 50ms;
  spec.children.push_back({.id = "a", .start = start_shell<test_worker>()});
  spec.children.push_back(
      {.id = "stuck",
       .start = [&](const start_context& c) -> caf::expected<caf::strong_actor_ptr> {
         return caf::actor_cast<caf::strong_actor_ptr>(
             c.parent.spawn([&is_stuck, released](caf::event_based_actor*) -> caf::behavior {
               return {[&is_stuck, released](caf::get_atom) {
                 is_stuck.set_value();
                 (void)released.wait_for(await_limit);
               }};
             }));
       },
       .shutdown = 50ms});
  spec.children.push_back({.id = "z", .start = start_shell<test_worker>()});
  const auto t = tree::start(system, "app", spec, {.report = [&](const report& r) {
                               const std::lock_guard lock{mutex};
                               if (r.what != report::kind::started)
                                 lines.push_back(to_string(r.what) + ' ' + r.path);
                             }});
  REQUIRE(t);
  caf::anon_send(caf::actor_cast<caf::actor>(t->find("app/stuck")), caf::get_atom_v);
  await(is_stuck.get_future(), "the child in its handler");
  CHECK(t->stop());
  {
    const std::lock_guard lock{mutex};
    CHECK(lines == std::vector<std::string>{"stopped app/z", "stuck app/stuck", "stopped app/a"});
  }
  let_go.set_value();
}

TEST_CASE_FIXTURE(real_system,
                  "stop keeps its time limit even if a child has an infinite shutdown time") {
  supervisor_spec spec;
  spec.children.push_back(
      {.id = "deaf",
       .start = start_hooked([](auto* self) { self->set_exit_handler([](caf::exit_msg&) {}); }),
       .shutdown = infinity});
  const auto t = tree::start(system, "app", spec, {.report = {}});
  REQUIRE(t);
  const auto deaf = t->find("app/deaf");
  CHECK_FALSE(t->stop(50ms));
  signal_exit(deaf, caf::make_error(caf::exit_reason::kill));
}
