#pragma once

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <list>
#include <unordered_map>

#include "messages/broadcast_id.hpp"

namespace scalesmall {

/// Which batches of messages have been handled here: of each origin the newest number and those
/// that far before it. What is older counts as handled, since no origin lets a batch go while one
/// that is so much older is on its way. (As the anti-replay window of RFC 4303.)
///
/// No thread safety: one owner.
class batch_window {
public:
  /// Numbers, of one origin.
  static constexpr std::uint64_t width = 1'024;
  /// Origins; beyond them who was silent for longest is forgotten.
  static constexpr std::size_t origins_max = 10'000;

  [[nodiscard]] bool knows(const broadcast_id& id) const {
    const auto found = places_.find(id.origin);
    if (found == places_.end()) return false;
    const auto& x = *found->second;
    if (id.seqno > x.newest) return false;
    return x.newest - id.seqno >= width || x.handled[x.newest - id.seqno];
  }

  void note(const broadcast_id& id) {
    auto& x = of(id.origin);
    if (id.seqno > x.newest) {
      const auto ahead = id.seqno - x.newest;
      x.handled = ahead < width ? x.handled << ahead : std::bitset<width>{};
      x.newest = id.seqno;
    }
    if (x.newest - id.seqno < width) x.handled.set(x.newest - id.seqno);
  }

private:
  struct origin {
    net_id id;
    std::uint64_t newest = 0;
    std::bitset<width> handled = {};  // counted back from the newest
  };

  origin& of(const net_id& id) {
    const auto found = places_.find(id);
    if (found != places_.end()) {
      recent_.splice(recent_.begin(), recent_, found->second);
    } else {
      if (places_.size() == origins_max) {
        places_.erase(recent_.back().id);
        recent_.pop_back();
      }
      recent_.push_front({id});
      places_.emplace(id, recent_.begin());
    }
    return recent_.front();
  }

  std::list<origin> recent_;  // the one heard last first
  std::unordered_map<net_id, std::list<origin>::iterator> places_;
};

}  // namespace scalesmall
