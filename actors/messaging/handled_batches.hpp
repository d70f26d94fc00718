#pragma once

#include <compare>
#include <cstddef>
#include <deque>
#include <functional>
#include <string_view>
#include <unordered_set>

#include "messages/application_batch.hpp"

namespace scalesmall {

/// Identifies a batch by its number and a hash of its content. Any node of the cluster can send
/// under another node's number, now or ahead of it, and must not make that node's messages count as
/// handled.
struct batch_identity {
  explicit batch_identity(const application_batch& x) : id(x.id) {
    const auto add = [this](const void* bytes, std::size_t size) {
      const std::string_view text{static_cast<const char*>(bytes), size};
      content = content * 0x100000001b3 + std::hash<std::string_view>{}(text);
    };
    add(x.group.data(), x.group.size());
    add(x.tag.data(), x.tag.size());
    add(x.sizes.data(), x.sizes.size() * sizeof x.sizes[0]);
    add(x.content.data(), x.content.size());
  }

  broadcast_id id;
  std::size_t content = 0;

  friend auto operator<=>(const batch_identity&, const batch_identity&) = default;
};

/// The batches of messages that have been handled here: the last batches_max of all origins
/// together. So nothing that a node sends makes another batch count as handled. Too many batches at
/// once only let one that comes again late be handled twice.
///
/// No thread safety: one owner.
class handled_batches {
public:
  static constexpr std::size_t batches_max = 65'536;

  [[nodiscard]] bool knows(const batch_identity& x) const { return known_.contains(x); }

  void note(const batch_identity& x) {
    if (!known_.insert(x).second) return;
    in_order_.push_back(x);
    if (in_order_.size() <= batches_max) return;
    known_.erase(in_order_.front());
    in_order_.pop_front();
  }

private:
  struct hash {
    std::size_t operator()(const batch_identity& x) const noexcept {
      return x.content ^ std::hash<net_id>{}(x.id.origin) ^ x.id.seqno * 0x9e3779b97f4a7c15;
    }
  };

  std::unordered_set<batch_identity, hash> known_;
  std::deque<batch_identity> in_order_;
};

}  // namespace scalesmall
