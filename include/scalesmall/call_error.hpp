#pragma once

#include <cstdint>
#include <string_view>

namespace scalesmall {

/// Why a call was not carried out. Nothing has changed, except perhaps after `timeout`.
enum class call_error : std::uint8_t {
  invalid_argument = 1,  ///< a group name, range or address that cannot be one
  not_found,             ///< there is nothing to leave or to remove, or a key has no owner
  limit_exceeded,        ///< more than limits.hpp or the node's config allows
  unavailable,           ///< the node is stopping, or the actor in charge is not running
  timeout,               ///< no answer in time; the change may still be made
  unknown_group,         ///< a message for a group that this node does not know
};

/// The name of the error, e.g. "not_found".
[[nodiscard]] std::string_view to_string(call_error x) noexcept;

}  // namespace scalesmall
