#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <utility>
#include <vector>

#include "actors/peers/peer_table.hpp"

namespace scalesmall {

/// How long to wait before the name of each named peer is looked up again: 1 s, doubling to 60 s.
/// Not thread-safe.
class look_up_backoff {
public:
  explicit look_up_backoff(std::size_t names) : waits_(names, peer_table::retry_first) {}

  /// The wait that begins now; the next one of this name is longer.
  [[nodiscard]] std::chrono::seconds next(std::size_t name) {
    const auto longer = std::min<std::chrono::seconds>(2 * waits_[name], peer_table::retry_last);
    return std::exchange(waits_[name], longer);
  }

private:
  std::vector<std::chrono::seconds> waits_;
};

}  // namespace scalesmall
