#pragma once

#include <cstddef>
#include <deque>
#include <memory>
#include <optional>
#include <scalesmall/group_event.hpp>
#include <string>

#include "actors/topology/topology.hpp"

namespace scalesmall {

/// What one subscriber has still to be told. It is shown every state of the topology, and gives out
/// one update at a time, when the subscriber is ready for it: first a snapshot of each group, then
/// what changed, none lost and none twice. A subscriber that falls too far behind gets snapshots
/// again instead of an endless queue.
///
/// No thread safety: one owner.
class update_queue {
public:
  /// Events that may wait before they are dropped for a snapshot. More lets a subscriber see every
  /// step through a longer rest, less saves memory (some 40 bytes an event).
  static constexpr std::size_t events_max = 10'000;

  /// Of one group, known or not, or of all that there are.
  explicit update_queue(std::optional<std::string> group) : wanted_(std::move(group)) {}

  /// The newest state.
  void observe(std::shared_ptr<const topology> now);

  /// What to tell next; nothing if the subscriber knows all. There must have been a state.
  [[nodiscard]] std::optional<group_update> next();

private:
  template <class F>
  void for_each_group(F f) const;
  void note_changes();

  std::optional<std::string> wanted_;
  std::shared_ptr<const topology> now_;
  std::shared_ptr<const topology> noted_;  // up to which there are updates, given out or waiting
  std::deque<group_update> waiting_;
  std::size_t waiting_events_ = 0;
  bool needs_snapshots_ = true;
};

}  // namespace scalesmall
