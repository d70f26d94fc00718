#pragma once

#include <algorithm>
#include <scalesmall/supervision/exit_reason.hpp>
#include <scalesmall/supervision/report.hpp>
#include <scalesmall/supervision/tree.hpp>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "tests/supervision/workers.hpp"
#include "tests/supervision/world.hpp"

namespace scalesmall::supervision {

/// A world whose trees note what they report and how their start went.
struct noting_world : world {
  std::vector<std::string> lines;
  std::string outcome;

  noting_world() = default;
  noting_world(const noting_world&) = delete;
  noting_world& operator=(const noting_world&) = delete;
  ~noting_world() { stop_trees(); }

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

/// A supervisor of the worker "first" and this child.
inline supervisor_spec with(child_spec c) {
  supervisor_spec spec;
  spec.children.push_back({.id = "first", .start = start_shell<test_worker>()});
  spec.children.push_back(std::move(c));
  return spec;
}

}  // namespace scalesmall::supervision
