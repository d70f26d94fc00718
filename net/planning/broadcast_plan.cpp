#include "net/planning/broadcast_plan.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace scalesmall {

std::vector<assignment> plan_broadcast(const net_id& self, std::vector<multicast_unit> units) {
  const auto sooner = [&self](const net_id& a, const net_id& b) {
    const bool a_wraps = a < self;
    const bool b_wraps = b < self;
    return a_wraps == b_wraps ? a < b : b_wraps;
  };
  std::erase_if(units, [](const auto& unit) { return unit.empty(); });
  for (auto& unit : units) std::sort(unit.begin(), unit.end(), sooner);
  std::sort(units.begin(), units.end(),
            [&](const auto& a, const auto& b) { return sooner(a.front(), b.front()); });

  std::vector<assignment> plan;
  while (!units.empty()) {
    const auto half = static_cast<std::ptrdiff_t>(units.size() / 2);
    auto first = std::max_element(units.begin(), units.end(),
                                  [](const auto& a, const auto& b) { return a.size() < b.size(); });
    if (units[half].size() == first->size()) first = units.begin() + half;
    assignment next{.target = first->front(), .rest = {first->begin() + 1, first->end()}};
    units.erase(first);
    for (auto unit = units.begin() + half; unit != units.end(); ++unit)
      next.rest.insert(next.rest.end(), unit->begin(), unit->end());
    units.erase(units.begin() + half, units.end());
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
