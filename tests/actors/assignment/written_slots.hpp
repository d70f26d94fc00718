#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <vector>

namespace scalesmall::group_simulation {

/// What the programs of simulated nodes hold of the writes of clients.
class written_slots {
public:
  explicit written_slots(std::size_t nodes) : held_(nodes) {}

  void begin_write() { ++last_; }
  /// @param answered by an owner, so the write must not get lost
  void write(std::size_t node, std::uint32_t slot, bool answered) {
    held_[node][slot].insert(last_);
    if (answered) answered_[slot].insert(last_);
  }
  void copy(std::uint32_t slot, std::size_t from, std::size_t to) {
    const auto& all = held_[from][slot];
    held_[to][slot].insert(all.begin(), all.end());
  }
  void forget(std::size_t node) { held_[node].clear(); }
  void forget(std::size_t node, std::uint32_t slot) { held_[node].erase(slot); }

  /// Writes to a slot that were answered and that a node does not have.
  [[nodiscard]] std::size_t missing(std::size_t node, std::uint32_t slot) const {
    const auto answered = answered_.find(slot);
    if (answered == answered_.end()) return 0;
    const auto has = held_[node].find(slot);
    return static_cast<std::size_t>(std::ranges::count_if(answered->second, [&](auto x) {
      return has == held_[node].end() || !has->second.contains(x);
    }));
  }

private:
  using writes_by_slot = std::map<std::uint32_t, std::set<std::uint64_t>>;

  std::vector<writes_by_slot> held_;
  writes_by_slot answered_;
  std::uint64_t last_ = 0;
};

}  // namespace scalesmall::group_simulation
