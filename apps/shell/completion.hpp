#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "apps/shell/node_control.hpp"

namespace scalesmall {

/// Words that may stand where the last word of this line, perhaps empty, begins: names of commands,
/// groups that are known, ops, paths of the tree, fingerprints of keys.
[[nodiscard]] std::vector<std::string> complete(const node_control& node, std::string_view line);

}  // namespace scalesmall
