#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "actors/assignment/slot_plan.hpp"

/// Members of plans, and what becomes of them, for tests.
namespace scalesmall::plans {

/// Member n of a cluster. Each cluster has other members, so the costs differ.
inline net_id nth(std::uint8_t cluster, std::uint8_t n) {
  return {ip_address::v4(10, cluster, 0, n), 29'999};
}

/// So many members, with these capacities in turn, in so many zones in turn; 0: without zones.
inline std::vector<plan_member> members(std::uint8_t cluster, std::size_t n,
                                        const std::vector<std::uint32_t>& capacities = {1},
                                        std::uint32_t zones = 0) {
  std::vector<plan_member> all;
  for (std::size_t i = 0; i < n; ++i)
    all.push_back({nth(cluster, static_cast<std::uint8_t>(i)),
                   zones == 0 ? 0 : static_cast<std::uint32_t>(1 + i % zones),
                   capacities[i % capacities.size()]});
  return all;
}

inline slot_plan plan_of(std::vector<plan_member> all, std::uint32_t replicas,
                         std::uint32_t slots = 1'024) {
  return slot_plan::make(std::move(all), {replicas, slots}).value();
}

/// What leads from one plan to another.
struct movement {
  std::size_t moved = 0;  ///< slots that get an owner
  std::size_t least = 0;  ///< of them, those that no plan with the same loads can do without
};

inline movement between(const slot_plan& before, const slot_plan& after) {
  movement all;
  std::map<net_id, std::size_t> loads;
  for (slot_plan::number x = 0; x < before.members().size(); ++x)
    loads[before.members()[x].id] = before.loads()[x];
  for (slot_plan::number x = 0; x < after.members().size(); ++x) {
    const auto had = loads[after.members()[x].id];
    if (after.loads()[x] > had) all.least += after.loads()[x] - had;
  }
  for (std::uint32_t slot = 0; slot < after.settings().slots; ++slot) {
    const auto old = before.owners(slot);
    for (const auto x : after.owners(slot)) {
      const auto same = [&](slot_plan::number y) {
        return before.members()[y].id == after.members()[x].id;
      };
      all.moved += std::size_t{std::ranges::none_of(old, same)};
    }
  }
  return all;
}

}  // namespace scalesmall::plans
