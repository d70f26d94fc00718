#include <chrono>
#include <functional>
#include <scalesmall/supervision/exit_reason.hpp>
#include <scalesmall/supervision/supervisor_spec.hpp>
#include <scalesmall/supervision/tree.hpp>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "tests/supervision/workers.hpp"
#include "tests/supervision/world.hpp"

using namespace scalesmall::supervision;
using namespace std::chrono_literals;

namespace {

supervisor_spec good() {
  supervisor_spec spec;
  spec.children.push_back({.id = "a", .start = start_shell<test_worker>()});
  spec.children.push_back({.id = "b", .start = start_shell<test_worker>()});
  return spec;
}

struct wrong {
  supervisor_error expected;
  std::function<void(supervisor_spec&)> spoil;
};

const std::vector<wrong>& wrongs() {
  static const std::vector<wrong> all = {
      {supervisor_error::invalid_id, [](auto& s) { s.children[0].id.clear(); }},
      {supervisor_error::invalid_id, [](auto& s) { s.children[0].id = "a/b"; }},
      {supervisor_error::invalid_id, [](auto& s) { s.children[0].id.assign(256, 'x'); }},
      {supervisor_error::duplicate_id, [](auto& s) { s.children[1].id = "a"; }},
      {supervisor_error::missing_start, [](auto& s) { s.children[0].start = std::monostate{}; }},
      {supervisor_error::missing_start, [](auto& s) { s.children[0].start = start_function{}; }},
      {supervisor_error::missing_start, [](auto& s) { s.children[0].start = init_function{}; }},
      {supervisor_error::missing_start, [](auto& s) { s.children[0].start = nested_spec{}; }},
      {supervisor_error::invalid_restart, [](auto& s) { s.children[0].restart = restart_type{9}; }},
      {supervisor_error::invalid_shutdown, [](auto& s) { s.children[0].shutdown = -1ms; }},
      {supervisor_error::invalid_shutdown,
       [](auto& s) { s.children[0].shutdown = shutdown_policy{shutdown_policy::kind{9}}; }},
      {supervisor_error::invalid_type, [](auto& s) { s.children[0].type = child_type{9}; }},
      {supervisor_error::invalid_type,
       [](auto& s) { s.children[0].start = init_function{[] { return good(); }}; }},
      {supervisor_error::invalid_start_timeout, [](auto& s) { s.children[0].start_timeout = 0ms; }},
      {supervisor_error::significant_permanent,
       [](auto& s) {
         s.shutdown_with = auto_shutdown::any_significant;
         s.children[0].significant = true;
       }},
      {supervisor_error::significant_without_shutdown,
       [](auto& s) {
         s.children[0].significant = true;
         s.children[0].restart = restart_type::transient;
       }},
      {supervisor_error::invalid_strategy, [](auto& s) { s.strategy = restart_strategy{9}; }},
      {supervisor_error::invalid_intensity, [](auto& s) { s.intensity = -1; }},
      {supervisor_error::invalid_period, [](auto& s) { s.period = 0ms; }},
      {supervisor_error::invalid_auto_shutdown,
       [](auto& s) { s.shutdown_with = auto_shutdown{9}; }},
      {supervisor_error::invalid_template,
       [](auto& s) { s.strategy = restart_strategy::simple_one_for_one; }},
      {supervisor_error::invalid_max_children, [](auto& s) { s.max_children = 0; }},
      {supervisor_error::invalid_max_children, [](auto& s) { s.max_children = 1; }},
      {supervisor_error::invalid_kill_timeout, [](auto& s) { s.kill_timeout = -1ms; }},
      {supervisor_error::invalid_resource_wait, [](auto& s) { s.resource_wait_max = -1ms; }},
  };
  return all;
}

}  // namespace

TEST_CASE("each wrong field of a specification has its own error, and nothing starts") {
  world w;
  CHECK_FALSE(check_tree(good()));
  for (const auto& each : wrongs()) {
    const auto expected = each.expected;
    CAPTURE(to_string(expected));
    auto spec = good();
    each.spoil(spec);
    CHECK(check(spec) == expected);
    CHECK(describe(check(spec)).find(to_string(expected)) == 0);
    const auto t = w.launch("app", spec);
    REQUIRE_FALSE(t);
    CHECK(t.error() == expected);
  }
}

TEST_CASE("a wrong field deep in a fixed tree is found before anything starts") {
  world w;
  auto bad = good();
  bad.children[1].start_timeout = -1ms;
  supervisor_spec root;
  root.children.push_back({.id = "first", .start = start_shell<test_worker>()});
  supervisor_spec middle;
  middle.children.push_back(supervisor_child("low", bad));
  root.children.push_back(supervisor_child("mid", middle));
  int reports = 0;
  const auto t = w.launch("app", root, {.report = [&](const report&) { ++reports; }});
  REQUIRE_FALSE(t);
  CHECK(describe(t.error()) ==
        "failed to start child: mid: failed to start child: low: invalid start timeout: b: -1 ms");
  w.run();
  CHECK(reports == 0);
}
