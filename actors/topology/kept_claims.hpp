#pragma once

#include <map>
#include <scalesmall/served_range.hpp>
#include <string>
#include <vector>

namespace scalesmall {

/// What this node was asked to keep of one group beyond its own life.
struct kept_group {
  std::vector<key_range> joined{};     ///< the node joined with these; ascending, each once
  std::vector<served_range> served{};  ///< ascending by range, each range once

  friend bool operator==(const kept_group&, const kept_group&) = default;
};

/// The same of all groups, by their names.
using kept_claims = std::map<std::string, kept_group, std::less<>>;

}  // namespace scalesmall
