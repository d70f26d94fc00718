#pragma once

#include <cstdint>
#include <string_view>

namespace scalesmall {

/// Why a call failed. With any error but timeout and not_kept a call to the node has changed
/// nothing.
enum class call_error : std::uint8_t {
  invalid_argument = 1,  ///< an invalid group name, range or address
  not_found,             ///< there is nothing to leave, to remove or to send to
  limit_exceeded,        ///< beyond a bound of limits.hpp or of node_config
  unavailable,           ///< the node stops, or the actor in charge or the peer is unreachable
  timeout,               ///< no answer in time; the change may still be made
  unknown_group,         ///< a program message for a group that this node has never heard of
  not_kept,              ///< made, but the disk does not have it: a restart may undo it
  no_state,              ///< to keep something takes node_config::state_directory
};

/// The name of the error, e.g. "timeout".
[[nodiscard]] std::string_view to_string(call_error x) noexcept;

}  // namespace scalesmall
