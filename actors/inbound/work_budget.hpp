#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>

#include "actors/arrival/standing.hpp"
#include "actors/inbound/memory_budget.hpp"
#include "messages/limits.hpp"

namespace scalesmall {

/// The bytes that a node holds because other nodes asked for it: answers and relayed rows, from
/// their making until the last frame of them has left or is given up. All senders share it.
/// Strangers have a share of their own, since any number of them can be invented, and cannot take
/// that of the peers that were reached. Thread-safe.
class work_budget {
public:
  /// Given up with its last copy.
  using room = std::shared_ptr<const void>;

  /// Room for so many bytes; null if there is none now. More than the whole share takes all of it.
  [[nodiscard]] room take(std::size_t bytes, standing who) {
    const bool reached = who == standing::reached;
    const auto most = reached ? limits::work_bytes_max : limits::strangers_work_bytes_max;
    auto taken = (reached ? reached_ : strangers_).take(std::min(bytes, most));
    return taken ? room{std::move(taken)} : room{};
  }

private:
  memory_budget reached_{limits::work_bytes_max};
  memory_budget strangers_{limits::strangers_work_bytes_max};
};

}  // namespace scalesmall
