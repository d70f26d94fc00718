#pragma once

#include <map>
#include <scalesmall/net_id.hpp>
#include <scalesmall/time.hpp>

#include "actors/arrival/token_bucket.hpp"
#include "messages/limits.hpp"

namespace scalesmall {

/// A token bucket for each peer. Peers that this node has reached are remembered apart, so names
/// that somebody invents take nothing from them. Not thread-safe.
class peer_allowances {
public:
  static constexpr std::size_t strangers_max = 4'096;  ///< peers that were never reached

  explicit peer_allowances(const token_bucket::rate& of_each) : rate_(of_each) {}

  /// The bucket of a peer; none if too many others are remembered.
  /// @param reached  whether this node has reached it
  [[nodiscard]] token_bucket* of(const net_id& peer, time_point now, bool reached) {
    auto& peers = reached ? reached_ : strangers_;
    const auto most = reached ? limits::peers_max : strangers_max;
    if (peers.size() >= most && !peers.contains(peer)) {
      // A peer whose allowance is whole again need not be remembered.
      std::erase_if(peers, [now](const auto& x) { return x.second.is_full(now); });
      if (peers.size() >= most) return nullptr;
    }
    return &peers.try_emplace(peer, rate_, now).first->second;
  }

private:
  token_bucket::rate rate_;
  std::map<net_id, token_bucket> reached_;
  std::map<net_id, token_bucket> strangers_;
};

}  // namespace scalesmall
