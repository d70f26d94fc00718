#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <map>
#include <scalesmall/time.hpp>
#include <utility>
#include <vector>

#include "actors/peers/arrival_path.hpp"
#include "messages/gossip.hpp"

namespace scalesmall {

/// Remembers the new nodes that have turned to this node with a request. Such a newcomer does not
/// know yet which nodes to tell of itself, so this node tells them. A node that is merely heard of
/// does not count, or every node of a LAN would announce the same newcomer. Nor do nodes that began
/// together with this one and are heard by multicast, if they are many: in a cluster that starts at
/// once all nodes hear each other before they know it, so each announcement would be served to all.
class newcomers {
public:
  /// How long a node is new: until its own exchanges begin to find whom it has missed.
  static constexpr std::chrono::seconds newness{1};
  static constexpr std::size_t newcomers_max = 4'096;
  static constexpr std::size_t together_max = 16;  ///< more of these are many

  /// @param now when this node begins
  explicit newcomers(time_point now) : begun_(now) {}

  /// Takes note of an arrived gossip.
  /// @param known whether its sender was a peer before
  void note(const gossip& arrived, arrival_path path, bool known, time_point now);

  /// The nodes that this node is to announce, ascending.
  [[nodiscard]] const std::vector<net_id>& to_announce() const noexcept { return to_announce_; }

private:
  struct newcomer {
    bool turned_to_us = false;
    bool together = false;  // it began with this node and is heard by multicast
  };

  void list();

  time_point begun_;
  std::map<net_id, newcomer> newcomers_;
  std::size_t together_ = 0;                         // so many of them
  std::deque<std::pair<time_point, net_id>> until_;  // until when they are new, the soonest first
  std::vector<net_id> to_announce_;
};

}  // namespace scalesmall
