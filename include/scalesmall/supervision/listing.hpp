#pragma once

#include <cstdint>
#include <scalesmall/supervision/child_spec.hpp>
#include <string>
#include <string_view>
#include <vector>

#include <caf/actor_control_block.hpp>

#include "supervision/detail/child_table.hpp"

namespace scalesmall::supervision {

/// One child of a tree.
struct tree_entry {
  std::string path;  ///< ids from the root down, joined by `/`
  child_type kind = child_type::worker;
  child_state state = child_state::stopped;
  std::uint64_t restarts = 0;  ///< since the start of its supervisor
};

/// All children below `path` in tree order: a supervisor comes before its children. It asks no
/// actor, so an actor that is stuck does no harm. The children of one supervisor are a consistent
/// snapshot; the whole list is not. Thread-safe.
[[nodiscard]] std::vector<tree_entry> list(const child_table& table, const std::string& path);

/// The actor at a path relative to the supervisor of the table; null if there is none now.
/// Thread-safe.
[[nodiscard]] caf::strong_actor_ptr find(const child_table& table, std::string_view path);

/// The listing as text: one indented line for each entry, with its state and restarts.
[[nodiscard]] std::string tree_text(const std::vector<tree_entry>& entries);

}  // namespace scalesmall::supervision
