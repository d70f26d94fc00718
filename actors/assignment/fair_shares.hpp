#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace scalesmall {

/// One of several that divide something by weight.
struct shareholder {
  std::uint64_t weight;  ///< at least 1
  std::uint64_t most;    ///< it cannot take more than this
};

/// Divides a total by weight. What exceeds the most that one can take goes to the others, again by
/// weight (water-filling). Shares are rounded down.
///
/// The total times the sum of the weights, and each `most` times that sum, must be below 2^64.
/// Linear in the number of shareholders times the rounds in which some become full.
[[nodiscard]] std::vector<std::uint64_t> fair_shares(std::span<const shareholder> all,
                                                     std::uint64_t total);

}  // namespace scalesmall
