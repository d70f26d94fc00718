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

/// Remembers who is new and has turned to this node with a request: such a node does not know yet
/// whom to tell of itself, so this one tells the others for it. Whoever is merely heard of is not
/// among them, or every node of a LAN would announce the same newcomer. Neither are those of many
/// who began together with this node and are heard by multicast: of a cluster that starts at once
/// all hear each other, and nobody knows yet who does, so that each announcement would be served to
/// all.
class newcomers {
public:
  /// How long a node is new: until its own exchanges begin to find whom it has missed.
  static constexpr std::chrono::seconds newness{1};
  static constexpr std::size_t newcomers_max = 4'096;
  static constexpr std::size_t together_max = 16;  ///< more of these are many

  /// @param now when this node begins
  explicit newcomers(moment now) : begun_(now) {}

  /// Takes note of an arrived gossip.
  /// @param known whether its sender was a peer before
  void note(const gossip& arrived, arrival_path path, bool known, moment now);

  /// Those whom this node is to announce, ascending.
  [[nodiscard]] const std::vector<net_id>& to_announce() const noexcept { return to_announce_; }

private:
  struct newcomer {
    bool turned_to_us = false;
    bool together = false;  // it began with this node and is heard by multicast
  };

  void list();

  moment begun_;
  std::map<net_id, newcomer> newcomers_;
  std::size_t together_ = 0;                     // so many of them
  std::deque<std::pair<moment, net_id>> until_;  // when they are none any more, the soonest first
  std::vector<net_id> to_announce_;
};

}  // namespace scalesmall
