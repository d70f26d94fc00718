#pragma once

#include <string>

#include <doctest/doctest.h>

#include "tests/simulation/sim_case.hpp"

namespace scalesmall::simulation {

/// Runs a case and prints, if anything is wrong, what and how to see it again.
inline case_result must_hold(const case_options& options) {
  auto outcome = run_case(options);
  std::string wrong;
  for (const auto& x : outcome.wrong) wrong += x + "\n";
  INFO("replay: build/debug/bin/" << command_of(options) << "\n" << wrong);
  CHECK(outcome.wrong.empty());
  return outcome;
}

}  // namespace scalesmall::simulation
