#pragma once

namespace scalesmall {

/// Whether a change of this node's claims outlives the process; see node_config::state_directory.
enum class keep : bool {
  no,   ///< The claim ends with the process.
  yes,  ///< The next process with the same directory makes the claim when it starts.
};

}  // namespace scalesmall
