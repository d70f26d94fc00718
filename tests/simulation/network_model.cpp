#include "tests/simulation/network_model.hpp"

#include <algorithm>

namespace scalesmall::simulation {

void network_model::heal() {
  std::ranges::fill(side_, 0U);
  blocked_.clear();
  loss_.clear();
}

void network_model::set_loss(std::size_t from, std::size_t to, double loss) {
  if (loss < 0) {
    loss_.erase({from, to});
  } else {
    loss_[{from, to}] = loss;
  }
}

bool network_model::passes(std::size_t from, std::size_t to) const {
  return side_[from] == side_[to] && !blocked_.contains({from, to});
}

bool network_model::carries_multicast(std::size_t from, std::size_t to) const {
  return subnet_[from] && subnet_[from] == subnet_[to] && !deaf_[to] && passes(from, to);
}

std::vector<duration> network_model::arrivals(std::size_t from, std::size_t to, rng& random) const {
  std::vector<duration> all;
  const auto own = loss_.empty() ? loss_.end() : loss_.find({from, to});
  if (!random.chance(own == loss_.end() ? faults.loss : own->second)) all.push_back(delay(random));
  if (random.chance(faults.duplication)) all.push_back(delay(random));
  return all;
}

duration network_model::delay(rng& random) const {
  const auto spread = (faults.delay_max - faults.delay_min).count();
  return faults.delay_min + duration{random.between(0, static_cast<std::uint64_t>(spread))};
}

}  // namespace scalesmall::simulation
