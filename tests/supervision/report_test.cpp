#include <iostream>
#include <sstream>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "tests/supervision/noting_world.hpp"

using namespace scalesmall::supervision;
using namespace std::chrono_literals;

TEST_CASE("a report is one line, whatever the exception says") {
  const report failed{report::kind::failed, "app/a",
                      caf::make_error(caf::sec::runtime_error, std::string{"no such\ngroup"}),
                      1'204'000ns};
  CHECK(to_string(failed) == "failed app/a after 1.204 ms: no such group");
  const report waiting{report::kind::waiting, "app/a", failed.reason, 100ms};
  CHECK(to_string(waiting) == "waiting for resources app/a: no such group");
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
