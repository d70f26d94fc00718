#include <scalesmall/supervision/exit_reason.hpp>
#include <scalesmall/supervision/supervisor_handle.hpp>
#include <scalesmall/supervision/tree.hpp>

#include <doctest/doctest.h>

#include "tests/supervision/real_system.hpp"

using namespace scalesmall::supervision;

TEST_CASE_FIXTURE(real_system, "calls from a thread, and calls to a supervisor that has ended") {
  const auto t = tree::start(system, "app", two_workers(), {.report = {}});
  REQUIRE(t);
  const auto low = t->supervisor("app/low");
  CHECK(low.start_child({.id = "c", .start = start_shell<test_worker>()}));
  CHECK(low.which_children()->size() == 2);
  CHECK(low.terminate_child("c") == caf::error{});
  CHECK(low.restart_child("c"));
  CHECK(low.delete_child("c") == supervisor_error::running);
  CHECK(low.start_instance({}).error() == supervisor_error::not_simple_one_for_one);
  CHECK(low.terminate_instance(t->find("app/a")) == supervisor_error::not_simple_one_for_one);
  CHECK(low.get_childspec("b")->id == "b");
  CHECK(t->stop());
  CHECK(low.count_children().error() == supervisor_error::not_running);
  CHECK(t->root().terminate_child("a") == supervisor_error::not_running);
  CHECK(t->supervisor("app/low").which_children().error() == supervisor_error::not_running);
  CHECK_FALSE(t->crash("app/low"));
}
