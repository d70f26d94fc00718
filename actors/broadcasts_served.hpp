#pragma once

#include <cstddef>
#include <unordered_set>
#include <utility>

#include "messages/gossip.hpp"

namespace scalesmall {

/// Remembers which broadcasts came by TCP, to tell a second serving from a first.
///
/// A hop that is not acknowledged in time is given to another node of its half. If only the
/// acknowledgement was lost or late, two relays then serve that half. Whoever both of them reach
/// must not serve its part twice, or each level of the tree would multiply what is sent. It is
/// served already: a node stands in one list of a broadcast only, so whoever meets it again, be it
/// under the id of another hop, is in a half that somebody serves.
///
/// Holds between ids_max and 2 * ids_max of the latest ids; an older broadcast would be served
/// again, which is only work. Not thread-safe.
class broadcasts_served {
public:
  static constexpr std::size_t ids_max = 4'096;

  /// Takes note of a gossip that came by TCP; true if it belongs to a broadcast that has come by
  /// TCP before.
  bool note(const gossip& arrived) {
    bool again = knows(arrived.current_id);
    for (const auto& id : arrived.other_ids) again |= knows(id);
    present_.insert(arrived.current_id);
    present_.insert(arrived.other_ids.begin(), arrived.other_ids.end());
    if (present_.size() >= ids_max) before_ = std::exchange(present_, {});
    return again;
  }

private:
  struct hash {
    std::size_t operator()(const broadcast_id& id) const noexcept {
      return std::hash<net_id>{}(id.origin) ^
             static_cast<std::size_t>(id.seqno * 0x9e3779b97f4a7c15U);
    }
  };
  using ids = std::unordered_set<broadcast_id, hash>;

  [[nodiscard]] bool knows(const broadcast_id& id) const {
    return present_.contains(id) || before_.contains(id);
  }

  ids present_;
  ids before_;
};

}  // namespace scalesmall
