#pragma once

#include <algorithm>
#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <scalesmall/counters.hpp>
#include <scalesmall/time.hpp>
#include <string_view>
#include <utility>
#include <vector>

#include "actors/inbound/duty_cycle.hpp"
#include "actors/inbound/memory_budget.hpp"
#include "actors/logger.hpp"
#include "actors/peers/connection_refusals.hpp"
#include "messages/gossip.hpp"
#include "net/frames/frame.hpp"

namespace scalesmall {

/// The content of one frame, unsealed and decompressed.
struct opened_frame {
  bytes body;
  std::size_t frame_bytes = 0;
  bool from_before = false;  ///< as in unwrapped_frame
  bool dense = false;        ///< found to expand to far more entries than it has bytes
};

/// Admission of all frames that arrive at one node, by TCP and by multicast. Reads them as gossips
/// and counts the ones that it refuses. Logs once for each host if it sends a format that this
/// program cannot read, plain frames to a node that seals, frames sealed with an unknown key or
/// frames of another cluster; and once when a frame of that host can be read again. Thread-safe.
///
/// A few bytes may expand to many entries, so memory and time are bounded:
/// - The entries of all gossips that are read and still held are bounded. Until there is room,
///   frames wait unopened.
/// - A frame that expands to far more entries than it has bytes is dense. One dense frame is read
///   at a time, all of them get a tenth of the time, and only a few may wait.
class frame_admission {
public:
  using gossip_ptr = std::shared_ptr<const gossip>;

  /// @param now  called by any thread
  frame_admission(frame_codec codec, std::shared_ptr<counters> counts,
                  std::shared_ptr<const logger> log, std::function<time_point()> now);

  /// True if a frame may be opened now. It must then be read at once.
  [[nodiscard]] bool has_room() const noexcept { return held_->entries < entries_held_max; }

  /// Opens a frame of that peer. Counts the fault if it fails.
  [[nodiscard]] result<opened_frame> open(bytes_view frame, const net_id& from);

  /// Reads the gossip in a frame of that peer. Null if the frame is dense and must wait; it may be
  /// read again later. Counts the fault if it fails. The gossip takes up room until it is released.
  [[nodiscard]] result<gossip_ptr> read(opened_frame& frame, const net_id& from);

  /// Reserves room in which a dense frame may wait; null if there is none.
  [[nodiscard]] memory_budget::reservation_ptr room_aside(const opened_frame& frame) {
    return aside_.take(std::min(frame.body.size(), aside_bytes_max));
  }

  /// Counts a fault that was found before there was a frame.
  void refuse(fault why, const net_id& from);

  /// An own connection to this peer ended at once and without an answer; the peer has answered.
  /// Logs once if a peer refuses what this node says, and once when it does so no more.
  void closed_by(const net_id& peer);
  void answered_by(const net_id& peer);

  /// A host connected to this node and ended the connection at once, without a word; a host has
  /// said something. Logs once if a host does the former again and again.
  void left_by(const net_id& from);
  void spoken_to_by(const net_id& from);

  /// The hosts of which nothing could be read since a frame was refused for this reason, as the log
  /// tells them, ascending. A host with several nodes is there only until one of them is read.
  [[nodiscard]] std::vector<std::pair<ip_address, fault>> unreadable() const;

  /// The peers that refuse what this node says, ascending.
  [[nodiscard]] std::vector<net_id> refused_by() const { return refusals_.all(); }

  /// The hosts that connect and close without a word, ascending, until one of them says something.
  [[nodiscard]] std::vector<ip_address> silent_hosts() const;

private:
  /// Entries (clocks, items, net_ids and the like, of some 80 bytes each) of held gossips. Each
  /// thread may exceed this by one frame.
  static constexpr std::size_t entries_held_max = 100'000;

  /// Bytes of the bodies of all dense frames that wait.
  static constexpr std::size_t aside_bytes_max = 2 * 1024 * 1024;

  /// Most warnings to remember; after that many nothing more is logged.
  static constexpr std::size_t hosts_max = 1'024;

  struct warning {
    std::optional<fault> why;  ///< nothing: no frame was refused
    bool over = false;
  };

  struct held {
    std::atomic<std::size_t> entries{0};
    duty_cycle dense;
  };

  [[nodiscard]] result<gossip_ptr> read_body(opened_frame& frame);
  [[nodiscard]] result<gossip_ptr> read_dense(const opened_frame& frame);
  void warn_once(const net_id& from, std::string_view what, std::optional<fault> why = {});
  void note_readable(const net_id& from);

  frame_codec codec_;
  std::shared_ptr<counters> counts_;
  std::shared_ptr<const logger> log_;
  std::function<time_point()> now_;
  std::shared_ptr<held> held_ = std::make_shared<held>();
  memory_budget aside_{aside_bytes_max};
  mutable std::mutex mutex_;
  std::map<std::pair<ip_address, std::string_view>, warning> warned_;
  std::atomic<bool> any_refused_ = false;
  connection_refusals refusals_;
  connection_refusals leavers_;  ///< by address, port 0
};

}  // namespace scalesmall
