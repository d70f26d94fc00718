#pragma once

#include <algorithm>
#include <chrono>
#include <map>
#include <scalesmall/net_id.hpp>
#include <scalesmall/time.hpp>

#include "messages/limits.hpp"

namespace scalesmall {

/// Limits how often each peer is answered (a token bucket). A peer that asks in a loop gets as many
/// answers as a healthy peer ever needs, and costs no more. Peers that this node has reached are
/// remembered apart, so names that somebody invents keep none of them from being answered. Not
/// thread-safe.
class request_limiter {
public:
  static constexpr double answers_per_second = 10;
  static constexpr double burst = 20;
  static constexpr std::size_t peers_max = 4'096;  ///< of those that were never reached

  /// Whether this peer may be answered now; if so, it counts.
  /// @param reached  whether this node has reached it
  bool allow(const net_id& peer, moment now, bool reached = false) {
    auto& peers = reached ? reached_ : strangers_;
    const auto most = reached ? limits::peers_max : peers_max;
    if (peers.size() >= most && !peers.contains(peer)) {
      // A peer whose allowance is whole again need not be remembered.
      std::erase_if(peers, [now](const auto& x) { return now - x.second.at > full_after; });
      if (peers.size() >= most) return false;
    }
    auto& x = peers.try_emplace(peer, allowance{burst, now}).first->second;
    const auto seconds = std::chrono::duration<double>(now - x.at).count();
    x.left = std::min(burst, x.left + seconds * answers_per_second);
    x.at = now;
    if (x.left < 1) return false;
    x.left -= 1;
    return true;
  }

private:
  struct allowance {
    double left;
    moment at;
  };

  static constexpr moment full_after = std::chrono::seconds{2};

  std::map<net_id, allowance> reached_;
  std::map<net_id, allowance> strangers_;
};

}  // namespace scalesmall
