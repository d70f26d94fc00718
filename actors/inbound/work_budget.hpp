#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "actors/arrival/standing.hpp"
#include "actors/inbound/memory_budget.hpp"
#include "messages/limits.hpp"

namespace scalesmall {

/// What a node does because other nodes asked for it.
enum class work_kind : std::uint8_t { answer, relay };

/// The bytes that a node holds because other nodes asked for it: answers and relayed rows, from
/// their making until the last frame of them has left or is given up. All senders share it.
/// Strangers have a share of their own, since any number of them can be invented, and cannot take
/// that of the peers that were reached. Rows for nodes that never acknowledge stay for long, so
/// answers have a share of their own, too: a newcomer is a stranger that asks. Thread-safe.
class work_budget {
public:
  /// Given up with its last copy.
  using room = std::shared_ptr<const void>;

  /// Room for so many bytes; null if there is none now. More than the whole share takes all of it.
  [[nodiscard]] room take(std::size_t bytes, work_kind what, standing who) {
    const bool reached = who == standing::reached;
    const auto most = reached ? limits::work_bytes_max : limits::strangers_work_bytes_max;
    auto& share = (reached ? reached_ : strangers_)[static_cast<std::size_t>(what)];
    auto taken = share.take(std::min(bytes, most));
    return taken ? room{std::move(taken)} : room{};
  }

private:
  using shares = std::array<memory_budget, 2>;  // for answers and for relayed rows

  shares reached_{memory_budget{limits::work_bytes_max}, memory_budget{limits::work_bytes_max}};
  shares strangers_{memory_budget{limits::strangers_work_bytes_max},
                    memory_budget{limits::strangers_work_bytes_max}};
};

}  // namespace scalesmall
