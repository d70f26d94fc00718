#include <string>

#include <doctest/doctest.h>

#include "tests/supervision/noting_world.hpp"

using namespace scalesmall::supervision;
using namespace std::chrono_literals;

TEST_CASE_FIXTURE(noting_world,
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
