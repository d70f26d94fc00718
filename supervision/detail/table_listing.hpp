#pragma once

#include <memory>
#include <scalesmall/supervision/listing.hpp>
#include <string>
#include <string_view>
#include <vector>

#include <caf/actor_control_block.hpp>

#include "supervision/detail/child_table.hpp"

namespace scalesmall::supervision {

/// The children below `path` in tree order (a supervisor before its children). Asks no actor, so
/// that a stuck one does not matter; each supervisor's children are consistent in themselves. Any
/// thread.
[[nodiscard]] std::vector<tree_entry> list(const child_table& table, const std::string& path);

/// The actor at a path relative to the table's supervisor; null if there is none now. Any thread.
[[nodiscard]] caf::strong_actor_ptr find(const child_table& table, std::string_view path);

/// The children of the supervisor at a path relative to the table's own; null if there is none now.
/// Any thread.
[[nodiscard]] std::shared_ptr<const child_table> find_table(const child_table& table,
                                                            std::string_view path);

}  // namespace scalesmall::supervision
