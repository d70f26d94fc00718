#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "ops/verbs/node_control.hpp"

namespace scalesmall {

/// The words that may replace the last word of this line, which may be empty: names of commands,
/// known groups, ops, options, paths of the tree and fingerprints of keys. Sorted, without
/// duplicates.
[[nodiscard]] std::vector<std::string> complete(const node_control& node, std::string_view line);

}  // namespace scalesmall
