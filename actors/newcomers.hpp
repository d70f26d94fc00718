#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <vector>

#include "messages/gossip.hpp"
#include "net/moment.hpp"

namespace scalesmall {

/// Remembers who is new and has turned to this node with a request: such a node does not know yet
/// whom to tell of itself, so this one tells the others for it. Whoever is merely heard of is not
/// among them, or every node of a LAN would announce the same newcomer.
class newcomers {
public:
  /// How long a node is new: until its own exchanges begin to find whom it has missed.
  static constexpr std::chrono::seconds newness{1};
  static constexpr std::size_t newcomers_max = 4'096;

  /// Takes note of an arrived gossip.
  /// @param known whether its sender was a peer before
  void note(const gossip& arrived, bool known, moment now);

  /// Those whom this node is to announce, ascending.
  [[nodiscard]] std::vector<net_id> to_announce() const;

private:
  struct newcomer {
    moment until{};
    bool turned_to_us = false;
  };

  std::map<net_id, newcomer> newcomers_;
};

}  // namespace scalesmall
