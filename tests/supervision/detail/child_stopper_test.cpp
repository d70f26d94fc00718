#include <string>

#include <doctest/doctest.h>

#include "tests/supervision/noting_world.hpp"

using namespace scalesmall::supervision;
using namespace std::chrono_literals;

TEST_CASE_FIXTURE(noting_world,
                  "a supervisor that died is not restarted before its children are gone") {
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
