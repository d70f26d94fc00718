#pragma once

#include <algorithm>
#include <chrono>
#include <map>
#include <scalesmall/net_id.hpp>
#include <scalesmall/time.hpp>

namespace scalesmall {

/// Limits how often each peer is answered (a token bucket). A peer that asks in a loop gets as many
/// answers as a healthy peer ever needs, and costs no more. Not thread-safe.
class request_limiter {
public:
  static constexpr double answers_per_second = 10;
  static constexpr double burst = 20;
  static constexpr std::size_t peers_max = 4'096;

  /// Whether this peer may be answered now; if so, it counts.
  bool allow(const net_id& peer, moment now) {
    if (peers_.size() >= peers_max && !peers_.contains(peer)) {
      // A peer whose allowance is whole again need not be remembered.
      std::erase_if(peers_, [now](const auto& x) { return now - x.second.at > full_after; });
      if (peers_.size() >= peers_max) return false;
    }
    auto& x = peers_.try_emplace(peer, allowance{burst, now}).first->second;
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

  std::map<net_id, allowance> peers_;
};

}  // namespace scalesmall
