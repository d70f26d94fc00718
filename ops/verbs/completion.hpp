#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "ops/verbs/commands.hpp"

namespace scalesmall {

/// The words that may replace the last word of this line, which may be empty: names of commands,
/// known groups, ops, options, paths of the tree and fingerprints of keys. Sorted, without
/// duplicates.
[[nodiscard]] std::vector<std::string> complete(const node_control& node, std::string_view line);

/// What completion asks for, only when it needs it.
struct completion_source {
  std::function<bool(const command&)> has;  ///< whether a command may be given
  std::function<std::vector<std::string>()> groups;
  std::function<std::vector<std::string>()> paths;  ///< of the tree
  std::function<std::vector<std::string>()> fingerprints;
};

/// The same from another source, e.g. a node in another process.
[[nodiscard]] std::vector<std::string> complete(const completion_source& source,
                                                std::string_view line);

}  // namespace scalesmall
