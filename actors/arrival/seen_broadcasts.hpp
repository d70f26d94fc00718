#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <unordered_map>
#include <utility>
#include <vector>

#include "messages/gossip.hpp"

namespace scalesmall {

/// Remembers which broadcasts came by TCP and whom this node was asked to serve for each, to tell
/// what is still to be done when one comes again.
///
/// A hop that is not acknowledged in time is given to another node of its half. If only the
/// acknowledgement was lost or late, two relays then serve that half. If whoever both of them reach
/// served its part twice, each level of the tree would multiply what is sent. But the two do not
/// cut their half alike: a node may be last in one's tree and a relay in the other's. So who meets
/// a broadcast again, be it under the id of another hop, serves those that it was not asked to
/// serve before, and nobody who counted on it is lost.
///
/// Holds the latest ids_max to 2 * ids_max ids and members_max to 2 * members_max members of lists;
/// an older broadcast would be served again, which is only work. Not thread-safe.
class seen_broadcasts {
public:
  static constexpr std::size_t ids_max = 4'096;
  static constexpr std::size_t members_max = 16'384;

  /// What a gossip asks of this node.
  struct task {
    bool again = false;          ///< the broadcast has come by TCP before
    std::vector<net_id> list{};  ///< those of its distribution list that are still to be served
  };

  /// Takes note of a gossip that came by TCP.
  task note(const gossip& arrived) {
    task asked{false, {}};
    list_ptr list;
    const auto look_up = [&](const broadcast_id& id) {
      const auto* known = find(id);
      asked.again |= known != nullptr;
      if (known && *known && (!list || list->size() < (*known)->size())) list = *known;
    };
    look_up(arrived.current_id);
    for (const auto& id : arrived.other_ids) look_up(id);
    auto all = list ? *list : hashes{};
    const auto before = static_cast<std::ptrdiff_t>(all.size());
    if (!present_.contains(arrived.current_id)) members_ += all.size();
    for (const auto& id : arrived.distribution_list) {
      const auto hash = std::hash<net_id>{}(id);
      if (std::binary_search(all.begin(), all.begin() + before, hash)) continue;
      all.push_back(hash);
      asked.list.push_back(id);
    }
    if (!asked.list.empty()) {
      std::sort(all.begin() + before, all.end());
      std::inplace_merge(all.begin(), all.begin() + before, all.end());
      list = std::make_shared<const hashes>(std::move(all));
      members_ += asked.list.size();
    }
    for (const auto& id : arrived.other_ids) present_.insert_or_assign(id, list);
    present_.insert_or_assign(arrived.current_id, list);
    if (present_.size() >= ids_max || members_ >= members_max) {
      before_ = std::exchange(present_, {});
      members_ = 0;
    }
    return asked;
  }

private:
  using hashes = std::vector<std::size_t>;  // of the members of lists, ascending
  using list_ptr = std::shared_ptr<const hashes>;

  struct id_hash {
    std::size_t operator()(const broadcast_id& id) const noexcept {
      return std::hash<net_id>{}(id.origin) ^
             static_cast<std::size_t>(id.seqno * 0x9e3779b97f4a7c15U);
    }
  };
  using ids = std::unordered_map<broadcast_id, list_ptr, id_hash>;  // null: an empty list

  [[nodiscard]] const list_ptr* find(const broadcast_id& id) const {
    for (const auto* generation : {&present_, &before_}) {
      if (const auto found = generation->find(id); found != generation->end())
        return &found->second;
    }
    return nullptr;
  }

  ids present_;
  ids before_;
  std::size_t members_ = 0;  // of the lists of present_, or more
};

}  // namespace scalesmall
