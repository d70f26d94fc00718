#pragma once

#include <cstdint>
#include <scalesmall/call_error.hpp>
#include <string>
#include <string_view>

namespace scalesmall {

/// The kinds of failure of a shell command.
enum class command_fault : std::uint8_t {
  unknown_command,
  invalid_argument,
  not_found,
  unknown_group,
  timeout,
  unavailable,  ///< the node cannot do it now, or the program is stopping
  not_kept,     ///< done, but not written to the disk
  internal,     ///< a bug of this program
};

/// The code as --json prints it, e.g. "invalid_argument".
[[nodiscard]] std::string_view to_string(command_fault x) noexcept;

/// Why a command failed: a code for programs and a sentence for people.
struct command_error {
  command_fault code = command_fault::internal;
  std::string message;

  friend bool operator==(const command_error&, const command_error&) = default;
};

/// The error of a call of the node, as an error of the command.
[[nodiscard]] command_error describe(call_error x);

}  // namespace scalesmall
