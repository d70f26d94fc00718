#pragma once

#include <cstdint>
#include <scalesmall/supervision/child_spec.hpp>
#include <string>
#include <string_view>
#include <vector>

#include <caf/actor_control_block.hpp>

#include "supervision/detail/child_table.hpp"

namespace scalesmall::supervision {

/// One actor of a tree.
struct tree_entry {
  std::string path;  ///< from the root's id, joined by `/`
  child_type kind = child_type::worker;
  child_state state = child_state::stopped;
  std::uint64_t restarts = 0;  ///< since its supervisor was started
};

/// The children below `path` in tree order (a supervisor before its children). Asks no actor, so
/// that a stuck one does not matter; each supervisor's children are consistent in themselves. Any
/// thread.
[[nodiscard]] std::vector<tree_entry> list(const child_table& table, const std::string& path);

/// The actor at a path relative to the table's supervisor; null if there is none now. Any thread.
[[nodiscard]] caf::strong_actor_ptr find(const child_table& table, std::string_view path);

/// The listing for people: one line each, indented, with state and restarts.
[[nodiscard]] std::string tree_text(const std::vector<tree_entry>& entries);

}  // namespace scalesmall::supervision
