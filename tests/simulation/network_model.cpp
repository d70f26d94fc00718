#include "tests/simulation/network_model.hpp"

#include <algorithm>

namespace scalesmall::simulation {

void network_model::heal() {
  std::ranges::fill(side_, 0U);
  blocked_.clear();
}

bool network_model::passes(std::size_t from, std::size_t to) const {
  return side_[from] == side_[to] && !blocked_.contains({from, to});
}

bool network_model::carries_multicast(std::size_t from, std::size_t to) const {
  return subnet_[from] && subnet_[from] == subnet_[to] && !deaf_[to] && passes(from, to);
}

std::vector<moment> network_model::arrivals(rng& random) const {
  std::vector<moment> all;
  if (!random.chance(faults.loss)) all.push_back(delay(random));
  if (random.chance(faults.duplication)) all.push_back(delay(random));
  return all;
}

moment network_model::delay(rng& random) const {
  const auto spread = (faults.delay_max - faults.delay_min).count();
  return faults.delay_min + moment{random.between(0, static_cast<std::uint64_t>(spread))};
}

}  // namespace scalesmall::simulation
