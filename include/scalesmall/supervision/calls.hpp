#pragma once

#include <any>
#include <cstddef>
#include <scalesmall/supervision/caf_version.hpp>
#include <scalesmall/supervision/child_spec.hpp>
#include <string>
#include <vector>

#include <caf/actor_addr.hpp>
#include <caf/actor_control_block.hpp>
#include <caf/allowed_unsafe_message_type.hpp>

// The requests that a supervisor answers. Actors send them to the supervisor's handle; plain
// threads use supervisor_handle. A supervisor finishes one request, restart or stop before it
// begins the next one; only requests to start instances may overlap. Errors are of
// type supervisor_error (exit_reason.hpp). The requests work inside one process only.

namespace scalesmall::supervision {

/// Starts a child and appends it to the others. Answer: strong_actor_ptr, null if the start
/// function returned fault::ignored. Errors: those of `check` (supervisor_spec.hpp),
/// already_started, already_present, too_many_children, failed_to_start_child with the id and the
/// reason, simple_one_for_one.
struct start_child {
  child_spec spec;
};

/// Starts a child from the template of a simple_one_for_one supervisor. The ids of these children
/// are `#1`, `#2`, ... Answer: strong_actor_ptr, null if the start function returned
/// fault::ignored. Errors: the reason of the failed start, too_many_children,
/// not_simple_one_for_one.
struct start_instance {
  std::any argument;
};

/// Stops a child. A temporary child is deleted; any other child keeps its specification. Answer:
/// ok_atom, also for a child that is not running. Errors: not_found, simple_one_for_one (use
/// terminate_instance).
struct terminate_child {
  std::string id;
};

/// Stops a child of a simple_one_for_one supervisor. Answer: ok_atom, also for any actor that has
/// ended. Errors: not_found, not_simple_one_for_one.
struct terminate_instance {
  caf::strong_actor_ptr child;
};

/// Starts a child that is not running. Answer: strong_actor_ptr, null if the start function
/// returned fault::ignored. Errors: the reason of the failed start, running, restarting, not_found,
/// simple_one_for_one.
struct restart_child {
  std::string id;
};

/// Deletes the specification of a child that is not running. Answer: ok_atom. Errors: running,
/// restarting, not_found, simple_one_for_one.
struct delete_child {
  std::string id;
};

/// Answer: child_spec. Errors: not_found. A simple_one_for_one supervisor knows only its template,
/// by the id of the template.
struct get_childspec {
  std::string id;
};

/// Answer: std::vector<child_info> in start order.
struct which_children {};

/// Answer: child_counts.
struct count_children {};

/// Answer: ok_atom, as soon as the supervisor has started all of its children. If one of them fails
/// to start, the supervisor ends with the reason and the request fails.
struct await_started {};

/// Makes the receiver throw std::runtime_error with this text, to try out the supervision. Every
/// actor_shell and every supervisor understands it.
struct crash {
  std::string text;
};

struct child_info {
  std::string id;
  caf::strong_actor_ptr handle;  ///< null if the child has no actor
  child_type type = child_type::worker;
  child_state state = child_state::stopped;
};

struct child_counts {
  std::size_t specs = 0;        ///< specifications; always 1 for simple_one_for_one
  std::size_t active = 0;       ///< children with a living actor
  std::size_t supervisors = 0;  ///< children of that type, running or not
  std::size_t workers = 0;      ///< the other children, running or not

  friend bool operator==(const child_counts&, const child_counts&) = default;
};

}  // namespace scalesmall::supervision

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(scalesmall::supervision::start_child)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(scalesmall::supervision::start_instance)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(scalesmall::supervision::terminate_child)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(scalesmall::supervision::terminate_instance)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(scalesmall::supervision::restart_child)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(scalesmall::supervision::delete_child)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(scalesmall::supervision::get_childspec)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(scalesmall::supervision::which_children)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(scalesmall::supervision::count_children)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(scalesmall::supervision::await_started)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(scalesmall::supervision::crash)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(scalesmall::supervision::child_spec)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(scalesmall::supervision::child_info)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(std::vector<scalesmall::supervision::child_info>)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(scalesmall::supervision::child_counts)
