#pragma once

#include <algorithm>
#include <cstddef>
#include <scalesmall/net_id.hpp>
#include <scalesmall/time.hpp>

#include "actors/arrival/peer_allowances.hpp"
#include "messages/limits.hpp"

namespace scalesmall {

/// Limits how often each peer is answered, and how much it is told. A peer that asks in a loop gets
/// as much as a healthy peer ever needs, and costs no more, in whatever step of an exchange it asks
/// and whoever asks in its name. Not thread-safe.
class request_limiter {
public:
  static constexpr token_bucket::rate requests{10, 20};
  /// Clocks and claims in answers to one peer: at once, as much as one answer holds.
  static constexpr token_bucket::rate entries{20'000, double{limits::reply_entries_max}};
  /// The same to all peers: at once, as much as a node remembers.
  static constexpr token_bucket::rate all_entries{100'000, double{limits::items_max}};

  explicit request_limiter(time_point now) : told_to_all_(all_entries, now) {}

  /// Whether a request of this peer may be answered now; if so, it counts.
  /// @param reached  whether this node has reached the peer
  bool allow(const net_id& peer, time_point now, bool reached = false) {
    auto* bucket = asked_.of(peer, now, reached);
    if (!bucket || bucket->left(now) < 1) return false;
    bucket->use(1, now);
    return true;
  }

  /// How many clocks and claims this peer may be told now.
  [[nodiscard]] std::size_t room(const net_id& peer, time_point now, bool reached) {
    auto* bucket = told_.of(peer, now, reached);
    if (!bucket) return 0;
    const auto left = std::min(bucket->left(now), told_to_all_.left(now));
    return left < 1 ? 0 : static_cast<std::size_t>(left);
  }

  /// It is told so many.
  void tell(const net_id& peer, std::size_t count, time_point now, bool reached) {
    told_to_all_.use(static_cast<double>(count), now);
    if (auto* bucket = told_.of(peer, now, reached)) bucket->use(static_cast<double>(count), now);
  }

private:
  peer_allowances asked_{requests};
  peer_allowances told_{entries};
  token_bucket told_to_all_;
};

}  // namespace scalesmall
