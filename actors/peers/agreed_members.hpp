#pragma once

#include <algorithm>
#include <vector>

#include "actors/topology/topology.hpp"
#include "messages/digest.hpp"

namespace scalesmall {

/// The members, ascending, of all groups that a digest names. If the digest agrees with the
/// topology, its sender knows them, too.
[[nodiscard]] inline std::vector<net_id> agreed_members(const topology& t, const digest& x) {
  std::vector<net_id> all;
  for (const auto& named : x.groups) {
    const auto* group = find_group(t, named.group_name);
    if (!group) continue;
    for (const auto& each : group->all()) all.push_back(each->member);
  }
  std::ranges::sort(all);
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

}  // namespace scalesmall
