#pragma once

#include <cstdint>
#include <string>

namespace scalesmall::supervision {

enum class child_type : std::uint8_t { worker, supervisor };

/// What a child does at the moment, as its supervisor sees it.
enum class child_state : std::uint8_t {
  stopped,     ///< its specification is kept, it is not running
  starting,    ///< spawned, not ready yet
  running,     ///< ready
  restarting,  ///< between two attempts to start it again
  stopping,    ///< told to stop
};

[[nodiscard]] std::string to_string(child_state x);

}  // namespace scalesmall::supervision
