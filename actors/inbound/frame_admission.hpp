#pragma once

#include <algorithm>
#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <scalesmall/counters.hpp>
#include <scalesmall/time.hpp>
#include <set>
#include <string_view>
#include <utility>

#include "actors/inbound/duty_cycle.hpp"
#include "actors/inbound/memory_budget.hpp"
#include "actors/logger.hpp"
#include "messages/gossip.hpp"
#include "net/frames/frame.hpp"

namespace scalesmall {

/// What came in one frame, decompressed and unsealed.
struct opened_frame {
  bytes body;
  std::size_t frame_bytes = 0;
  bool dense = false;  ///< found to unfold to far more entries than it has bytes
};

/// Makes gossips of the frames that arrive at one node, by whatever way, and counts what is
/// refused. What an operator should know of a peer it logs once for each host: that it speaks a
/// format which this program cannot read, and that it sends plain frames to a node that seals. Any
/// thread.
///
/// A few bytes may unfold to much. So frames wait as they came until there is room for what they
/// say: what was read and somebody still holds is bounded, by all ways into this node together. And
/// of frames that unfold to far more entries than they have bytes, one is read at a time, all of
/// them have a tenth of the time, and few may wait for it.
class frame_admission {
public:
  using gossip_ptr = std::shared_ptr<const gossip>;

  /// @param now  may be called by any thread
  frame_admission(frame_codec codec, std::shared_ptr<counters> counts,
                  std::shared_ptr<const logger> log, std::function<moment()> now);

  /// Whether a frame may be opened now; it is to be read at once.
  [[nodiscard]] bool has_room() const noexcept { return held_->entries < entries_held_max; }

  /// Opens a frame of that peer. A fault is counted by then.
  [[nodiscard]] result<opened_frame> open(bytes_view frame, const net_id& from);

  /// What a frame of that peer says. Null if it is dense and it is not the time for such: it may be
  /// read again later. A fault is counted by then. Whoever holds the gossip keeps its room.
  [[nodiscard]] result<gossip_ptr> read(opened_frame& frame, const net_id& from);

  /// Room in which a dense frame may wait for its time; null if there is none.
  [[nodiscard]] memory_budget::place_ptr room_aside(const opened_frame& frame) {
    return aside_.take(std::min(frame.body.size(), aside_bytes_max));
  }

  /// Counts a fault that was found before there was a frame.
  void refuse(fault why, const net_id& from);

private:
  /// Clocks, items, net_ids and the like, of some 80 bytes each; besides these one frame a thread.
  static constexpr std::size_t entries_held_max = 100'000;

  /// Of the bodies of dense frames that wait.
  static constexpr std::size_t aside_bytes_max = 2 * 1024 * 1024;

  /// Hosts to remember; beyond them nothing more is logged.
  static constexpr std::size_t hosts_max = 1'024;

  struct held {
    std::atomic<std::size_t> entries{0};
    duty_cycle dense;
  };

  [[nodiscard]] result<gossip_ptr> read_body(opened_frame& frame);
  [[nodiscard]] result<gossip_ptr> read_dense(const opened_frame& frame);
  void warn_once(const net_id& from, std::string_view what);

  frame_codec codec_;
  std::shared_ptr<counters> counts_;
  std::shared_ptr<const logger> log_;
  std::function<moment()> now_;
  std::shared_ptr<held> held_ = std::make_shared<held>();
  memory_budget aside_{aside_bytes_max};
  std::mutex mutex_;
  std::set<std::pair<ip_address, std::string_view>> told_;
};

}  // namespace scalesmall
