#pragma once

#include <chrono>
#include <cstddef>
#include <scalesmall/supervision/caf_version.hpp>
#include <scalesmall/supervision/child_spec.hpp>
#include <scalesmall/supervision/restart_plan.hpp>
#include <scalesmall/supervision/should_restart.hpp>
#include <vector>

#include <caf/error.hpp>

namespace scalesmall::supervision {

/// A supervisor declared as data. Its children start in the given order and stop in reverse order.
struct supervisor_spec {
  restart_strategy strategy = restart_strategy::one_for_one;
  /// Restart intensity: the number of restarts allowed within `period`; at least 0. At one more the
  /// supervisor stops its children and ends with `shutdown`, which its own supervisor treats like
  /// the end of any child. A higher number means more patience with a failing child.
  int intensity = 3;
  std::chrono::milliseconds period{5000};
  /// The longest wait before a child that failed for want of resources is restarted (see
  /// is_for_want_of_resources). The waits begin at a tenth of a second and double; these restarts
  /// do not count towards the intensity. 0: as after any other failure, which is what OTP does.
  std::chrono::milliseconds resource_wait_max{0};
  auto_shutdown shutdown_with = auto_shutdown::never;
  /// Bound on the number of children at any time, static ones included. At least 1.
  std::size_t max_children = 1'000'000;
  /// How long a killed child may take to end: a busy child needs this time to finish its handler.
  /// After that it is reported as stuck and left running, because nothing can end an actor that
  /// does not return from a handler.
  std::chrono::milliseconds kill_timeout{1000};
  /// With simple_one_for_one exactly one: the template of all children.
  std::vector<child_spec> children = {};
};

/// Checks the flags and the children of one supervisor, but not the specifications nested in them.
/// @returns no error, or the supervisor_error of the first wrong field with a context that names it
[[nodiscard]] caf::error check(const supervisor_spec& spec);

/// As `check`, and the same for all fixed specifications nested in it.
[[nodiscard]] caf::error check_tree(const supervisor_spec& spec);

/// Checks one child of a supervisor that has this auto_shutdown.
[[nodiscard]] caf::error check(const child_spec& spec, auto_shutdown mode);

}  // namespace scalesmall::supervision
