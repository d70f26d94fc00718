#pragma once

#include <chrono>
#include <cstddef>
#include <scalesmall/supervision/child_spec.hpp>
#include <scalesmall/supervision/restart_plan.hpp>
#include <scalesmall/supervision/should_restart.hpp>
#include <vector>

#include <caf/error.hpp>

namespace scalesmall::supervision {

/// A supervisor, declared as data. Children start in the order given and stop in the reverse order.
struct supervisor_spec {
  restart_strategy strategy = restart_strategy::one_for_one;
  /// More restarts than this within `period` and the supervisor gives up: it stops its children and
  /// ends with `shutdown`, which its own supervisor treats as that child's end. Higher: more
  /// patience with a failing child.
  int intensity = 3;
  std::chrono::milliseconds period{5000};
  auto_shutdown shutdown_with = auto_shutdown::never;
  /// Bound on the children at any time, static ones included. At least 1.
  std::size_t max_children = 1'000'000;
  /// How long a killed child may take to be gone. After that it is reported as stuck and left
  /// behind: an actor that does not return from a handler cannot be ended by anyone. A busy child
  /// needs this long to finish its handler.
  std::chrono::milliseconds kill_timeout{1000};
  /// For simple_one_for_one exactly one, the template of all children.
  std::vector<child_spec> children = {};
};

/// Checks one supervisor's flags and children, not what is nested in them.
/// @returns no error, or the first wrong field as its own supervisor_error with a context that
/// names it
[[nodiscard]] caf::error check(const supervisor_spec& spec);

/// As `check`, and then the same for all fixed specifications nested in it.
[[nodiscard]] caf::error check_tree(const supervisor_spec& spec);

/// Checks one child of a supervisor with that auto_shutdown.
[[nodiscard]] caf::error check(const child_spec& spec, auto_shutdown mode);

}  // namespace scalesmall::supervision
