#include "actors/assignment/fair_shares.hpp"

#include <cstddef>

namespace scalesmall {

std::vector<std::uint64_t> fair_shares(std::span<const shareholder> all, std::uint64_t total) {
  std::vector<std::uint64_t> shares(all.size());
  std::vector<std::size_t> open(all.size());
  for (std::size_t i = 0; i < open.size(); ++i) open[i] = i;
  for (;;) {
    std::uint64_t weight = 0;
    for (const auto i : open) weight += all[i].weight;
    std::uint64_t taken = 0;
    const auto becomes_full = [&](std::size_t i) {
      if (all[i].weight * total < all[i].most * weight) return false;
      shares[i] = all[i].most;
      taken += all[i].most;
      return true;
    };
    if (std::erase_if(open, becomes_full) == 0) {
      for (const auto i : open) shares[i] = all[i].weight * total / weight;
      return shares;
    }
    total -= taken;
  }
}

}  // namespace scalesmall
