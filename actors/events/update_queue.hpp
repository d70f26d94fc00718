#pragma once

#include <cstddef>
#include <deque>
#include <memory>
#include <optional>
#include <scalesmall/group_event.hpp>
#include <string>

#include "actors/topology/topology.hpp"

namespace scalesmall {

/// The updates that wait for one subscriber. It observes every state of the topology and gives out
/// one update at a time: first a snapshot of each group, then each change exactly once. A
/// subscriber that falls too far behind gets new snapshots, so the queue is bounded.
///
/// Not thread-safe: one owner.
class update_queue {
public:
  /// Events that may wait before they are dropped for a snapshot. With a greater number a slower
  /// subscriber still sees every step; a smaller one saves memory (some 40 bytes an event).
  static constexpr std::size_t events_max = 10'000;

  /// @param group  the group to observe, known or not; nothing: all known groups
  explicit update_queue(std::optional<std::string> group) : wanted_(std::move(group)) {}

  /// Takes the newest state of the topology.
  void observe(std::shared_ptr<const topology> now);

  /// The next update; nothing if the subscriber is up to date. observe() must have been called.
  [[nodiscard]] std::optional<group_update> next();

private:
  template <class F>
  void for_each_group(F f) const;
  void note_changes();

  std::optional<std::string> wanted_;
  std::shared_ptr<const topology> now_;
  std::shared_ptr<const topology> noted_;  // all updates up to this state are made
  std::deque<group_update> waiting_;
  std::size_t waiting_events_ = 0;
  bool needs_snapshots_ = true;
};

}  // namespace scalesmall
