#pragma once

#include <cstdint>
#include <string_view>

namespace scalesmall {

/// Why a call was not carried out; nothing has changed then.
enum class call_error : std::uint8_t {
  invalid_argument = 1,  ///< a group name, range or address that cannot be one
  not_found,             ///< nothing there to leave or to remove
  limit_exceeded,        ///< would grow the topology beyond limits.hpp
  unavailable,           ///< the node is stopping, or the actor in charge is not running
  timeout,               ///< no answer in time; the change may still be made
  unknown_group,         ///< a message for a group that this node has never heard of
};

[[nodiscard]] std::string_view to_string(call_error x) noexcept;

}  // namespace scalesmall
