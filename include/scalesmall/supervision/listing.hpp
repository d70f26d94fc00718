#pragma once

#include <cstdint>
#include <scalesmall/supervision/child_state.hpp>
#include <string>
#include <vector>

namespace scalesmall::supervision {

/// One actor of a tree.
struct tree_entry {
  std::string path;  ///< from the root's id, joined by `/`
  child_type kind = child_type::worker;
  child_state state = child_state::stopped;
  std::uint64_t restarts = 0;  ///< since its supervisor was started
};

/// The listing for people: one line each, indented, with state and restarts.
[[nodiscard]] std::string tree_text(const std::vector<tree_entry>& entries);

}  // namespace scalesmall::supervision
