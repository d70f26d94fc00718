#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

namespace scalesmall {

/// How much a line of the log matters.
enum class log_level : std::uint8_t {
  debug,     ///< what is usual but may help to find a fault
  info,      ///< what an operator may want to know
  warning,   ///< something failed; the node goes on
  error,     ///< something failed that should not
  critical,  ///< the node has ended
};

/// Takes one line of a node's log, without a line break at its end. It may be called by any thread,
/// by several at a time, and should return soon. It must not throw.
using log_function = std::function<void(log_level level, std::string_view text)>;

}  // namespace scalesmall
