#include "net/broadcast_plan.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace scalesmall {

std::vector<assignment> plan_broadcast(std::vector<multicast_unit> units, rng& random) {
  std::erase_if(units, [](const auto& unit) { return unit.empty(); });
  for (auto& unit : units) random.shuffle(unit);
  random.shuffle(units);
  std::stable_sort(units.begin(), units.end(),
                   [](const auto& a, const auto& b) { return a.size() > b.size(); });

  std::vector<assignment> plan;
  while (!units.empty()) {
    auto& largest = units.front();
    assignment next{.target = largest.front(), .rest = {largest.begin() + 1, largest.end()}};
    // Every other unit goes along, so that both halves hold large ones, in order.
    std::size_t kept = 0;
    for (std::size_t i = 1; i < units.size(); ++i) {
      if (i % 2 == 1) {
        next.rest.insert(next.rest.end(), units[i].begin(), units[i].end());
      } else {
        units[kept++] = std::move(units[i]);
      }
    }
    units.resize(kept);
    plan.push_back(std::move(next));
  }
  return plan;
}

std::optional<assignment> hand_over(assignment failed) {
  if (failed.rest.empty()) return std::nullopt;
  failed.target = failed.rest.front();
  failed.rest.erase(failed.rest.begin());
  return failed;
}

}  // namespace scalesmall
