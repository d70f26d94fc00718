#pragma once

#include <cstddef>
#include <map>
#include <mutex>
#include <scalesmall/net_id.hpp>
#include <vector>

namespace scalesmall {

/// The peers that close connections with this node at once, without an answer. A peer does so if it
/// cannot read what this node says: it has another cluster name, key or format. Thread-safe.
class connection_refusals {
public:
  /// True the second time in a row: a peer that stops may close one connection, too.
  [[nodiscard]] bool closed(const net_id& peer) {
    const std::scoped_lock lock{mutex_};
    if (peers_.size() >= peers_max && !peers_.contains(peer)) return false;
    return ++peers_[peer] == told_from;
  }

  /// True if the peer was told to refuse this node, and now answers.
  [[nodiscard]] bool answered(const net_id& peer) {
    const std::scoped_lock lock{mutex_};
    const auto found = peers_.find(peer);
    if (found == peers_.end()) return false;
    const bool refused = found->second >= told_from;
    peers_.erase(found);
    return refused;
  }

  /// The peers that refuse this node, ascending.
  [[nodiscard]] std::vector<net_id> all() const {
    const std::scoped_lock lock{mutex_};
    std::vector<net_id> found;
    for (const auto& [peer, times] : peers_) {
      if (times >= told_from) found.push_back(peer);
    }
    return found;
  }

private:
  static constexpr unsigned told_from = 2;
  static constexpr std::size_t peers_max = 1'024;

  mutable std::mutex mutex_;
  std::map<net_id, unsigned> peers_;
};

}  // namespace scalesmall
