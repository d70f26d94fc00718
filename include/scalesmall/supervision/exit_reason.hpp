#pragma once

#include <cstdint>
#include <scalesmall/supervision/caf_version.hpp>
#include <scalesmall/supervision/should_restart.hpp>
#include <string>
#include <utility>

#include <caf/atom.hpp>
#include <caf/error.hpp>
#include <caf/make_message.hpp>
#include <caf/message.hpp>

namespace scalesmall::supervision {

/// The errors of this library, as codes of a caf::error. The codes from `invalid_id` on report a
/// wrong specification; the context of the error names the child and the value.
enum class supervisor_error : std::uint8_t {
  none,
  shutdown,     ///< exit reason: OTP's `{shutdown, X}`; the context holds X
  parent_died,  ///< exit reason: the supervisor ended without stopping its children
  /// Exit reason or answer; the context holds the id of the child and the reason (a caf::error).
  failed_to_start_child,
  ignored,                 ///< returned by a start function: go on without this child
  no_actor,                ///< the start function returned no actor
  actor_in_use,            ///< the start function returned an actor that is a child already
  start_timeout,           ///< the child was not ready in time
  stuck,                   ///< the child was killed but does not return from a handler
  not_found,               ///< there is no such child
  running,                 ///< the child is running
  restarting,              ///< the child is between two attempts to restart it
  already_started,         ///< a running child has that id
  already_present,         ///< a child that is not running has that id
  simple_one_for_one,      ///< simple_one_for_one does not support this request
  not_simple_one_for_one,  ///< only simple_one_for_one supports this request
  too_many_children,       ///< `max_children` is reached
  not_running,             ///< the supervisor has ended (OTP's noproc)
  parking_full,            ///< the stable reference is full; this message was not kept
  /// Exit reason: an exception said that the system has no thread, descriptor, memory, route,
  /// address or disk to give at this moment; the context holds the text.
  out_of_resources,
  invalid_id,
  duplicate_id,
  missing_start,
  invalid_restart,
  invalid_shutdown,
  invalid_type,
  invalid_start_timeout,
  significant_permanent,         ///< a permanent child cannot be significant
  significant_without_shutdown,  ///< significant children need auto_shutdown
  invalid_strategy,
  invalid_intensity,
  invalid_period,
  invalid_auto_shutdown,
  invalid_template,  ///< simple_one_for_one takes exactly one child specification
  invalid_max_children,
  invalid_kill_timeout,
  invalid_resource_wait,
};

[[nodiscard]] std::string to_string(supervisor_error x);

/// The error of category "supervisor" with this context. The name is the last element of the
/// context, so that caf::to_string shows it.
template <class... Context>
[[nodiscard]] caf::error make_error(supervisor_error x, Context&&... context) {
  return {static_cast<std::uint8_t>(x), caf::atom("supervisor"),
          caf::make_message(std::forward<Context>(context)..., to_string(x))};
}

/// How a supervisor treats the end of an actor. No error is `normal`; exit_reason::user_shutdown,
/// fault::shutdown and fault::failed_to_start_child are `shutdown`; everything else is `abnormal`.
[[nodiscard]] exit_kind classify(const caf::error& reason);

/// Whether the reason is out_of_resources, or the failed start of a child for such a reason. The
/// same work may succeed a moment later.
[[nodiscard]] bool is_for_want_of_resources(const caf::error& reason);

/// The exit reason `{shutdown, X}` of OTP: a regular end that says why.
[[nodiscard]] caf::error shutdown_because(std::string why);

/// A text for people, in one line: the text of the exception, or the name of the code with its
/// context.
[[nodiscard]] std::string describe(const caf::error& reason);

}  // namespace scalesmall::supervision

namespace caf {
using scalesmall::supervision::make_error;  // for those who write caf::make_error
}
