#pragma once

#include <cstdint>
#include <scalesmall/supervision/child_state.hpp>
#include <string>
#include <vector>

namespace scalesmall::supervision {

/// One child of a tree.
struct tree_entry {
  std::string path;  ///< ids from the root down, joined by `/`
  child_type kind = child_type::worker;
  child_state state = child_state::stopped;
  std::uint64_t restarts = 0;  ///< since the start of its supervisor
};

/// The listing as text: one indented line for each entry, with its state and restarts.
[[nodiscard]] std::string tree_text(const std::vector<tree_entry>& entries);

}  // namespace scalesmall::supervision
