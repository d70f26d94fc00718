#pragma once

#include <cstdint>
#include <scalesmall/supervision/should_restart.hpp>
#include <string>

#include <caf/error.hpp>
#include <caf/make_message.hpp>
#include <caf/message.hpp>

namespace scalesmall::supervision {

/// What this library reports as a caf::error. Codes from `invalid_id` on say
/// what is wrong with a specification; the error's context names the child and the value.
enum class supervisor_error : std::uint8_t {
  none,
  shutdown,               ///< exit reason: OTP's `{shutdown, X}`; the context holds X
  parent_died,            ///< exit reason: the supervisor above ended without stopping its children
  failed_to_start_child,  ///< exit reason: context is the child's id and the reason (a caf::error)
  ignored,   ///< returned by a start function: do not run this child, but keep its specification
  no_actor,  ///< the start function returned no actor
  actor_in_use,        ///< the start function returned an actor that is a child already
  start_timeout,       ///< the child was not ready in time
  stuck,               ///< the child did not end although killed: it does not return from a handler
  not_found,           ///< no child of that id
  running,             ///< the child is running
  restarting,          ///< the child is between two attempts to restart it
  already_started,     ///< a running child has that id
  already_present,     ///< a child that is not running has that id
  simple_one_for_one,  ///< that call does not go with this strategy
  not_simple_one_for_one,  ///< that call goes with simple_one_for_one only
  too_many_children,       ///< `max_children` reached
  not_running,             ///< the supervisor has ended (OTP's noproc)
  parking_full,  ///< a stable reference holds as many messages as it may; this request is not among
                 ///< them
  invalid_id,
  duplicate_id,
  missing_start,
  invalid_restart,
  invalid_shutdown,
  invalid_type,
  invalid_start_timeout,
  significant_permanent,         ///< a permanent child can not be significant
  significant_without_shutdown,  ///< significant children need auto_shutdown
  invalid_strategy,
  invalid_intensity,
  invalid_period,
  invalid_auto_shutdown,
  invalid_template,  ///< simple_one_for_one takes exactly one child specification
  invalid_max_children,
  invalid_kill_timeout,
};

[[nodiscard]] std::string to_string(supervisor_error x);

/// What the reason of an ended actor means to its supervisor.
[[nodiscard]] exit_kind classify(const caf::error& reason);

/// OTP's `{shutdown, X}`: a good end that says why.
[[nodiscard]] caf::error shutdown_because(std::string why);

/// The reason for people, on one line: the text of an exception, else the name of the code with its
/// context.
[[nodiscard]] std::string describe(const caf::error& reason);

}  // namespace scalesmall::supervision

CAF_ERROR_CODE_ENUM(scalesmall::supervision::supervisor_error, "supervisor")
