#pragma once

#include <memory>
#include <mutex>
#include <set>
#include <string_view>
#include <utility>

#include <spdlog/logger.h>

#include "actors/counters.hpp"
#include "messages/gossip.hpp"
#include "net/frame.hpp"

namespace scalesmall {

/// Makes gossips of the frames that arrive at one node, by whatever way, and counts what is
/// refused. What an operator should know of a peer it logs once for each host: that it speaks a
/// format which this program cannot read, and that it sends plain frames to a node that seals. Any
/// thread.
class frame_intake {
public:
  frame_intake(frame_codec codec, std::shared_ptr<counters> counts,
               std::shared_ptr<spdlog::logger> log);

  /// What this frame of that peer says. A fault is counted by then.
  [[nodiscard]] result<std::shared_ptr<const gossip>> read(bytes_view frame, const net_id& from);

  /// Counts a fault that was found before there was a frame.
  void refuse(fault why, const net_id& from);

private:
  /// Hosts to remember; beyond them nothing more is logged.
  static constexpr std::size_t hosts_max = 1'024;

  [[nodiscard]] result<std::shared_ptr<const gossip>> decode_body(bytes_view frame);
  void warn_once(const net_id& from, std::string_view what);

  frame_codec codec_;
  std::shared_ptr<counters> counts_;
  std::shared_ptr<spdlog::logger> log_;
  std::mutex mutex_;
  std::set<std::pair<ip_address, std::string_view>> told_;
};

}  // namespace scalesmall
