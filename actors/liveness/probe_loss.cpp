#include "actors/liveness/probe_loss.hpp"

#include <algorithm>
#include <cmath>

namespace scalesmall {

double probe_loss(std::vector<probe_outcomes> of_members) {
  if (of_members.empty()) return 0;
  const auto half = of_members.begin() + (std::ssize(of_members) + 1) / 2;
  std::ranges::partial_sort(of_members, half, {}, [](const probe_outcomes& x) {
    return static_cast<double>(x.missed) / x.sent;
  });
  probe_outcomes all;
  for (auto x = of_members.begin(); x != half; ++x) {
    all.missed += x->missed;
    all.sent += x->sent;
  }
  const auto part = static_cast<double>(all.missed) / all.sent;
  return std::min(1.0, part + 2 * std::sqrt(part * (1 - part) / all.sent));
}

}  // namespace scalesmall
