#pragma once

#include <algorithm>
#include <array>
#include <mutex>
#include <optional>
#include <scalesmall/net_id.hpp>
#include <scalesmall/time.hpp>
#include <utility>
#include <vector>

namespace scalesmall {

/// A member whose signs of life the failure detector wants.
struct expected_sign {
  net_id from;
  bool at_once = false;  ///< an answer of it is to be told as soon as it comes
};

/// The newest signs of life of one node.
struct sign_of_life {
  net_id from;
  std::optional<time_point> heard_at = {};
  std::optional<time_point> answered_at = {};  ///< it answered a probe
};

/// Where the connections note that they hear of a node, and the failure detector looks when its
/// timer fires. A message for each sign would cost more than the sign: most wake a thread.
///
/// Holds the signs of the expected members, and of two others. Any thread.
class signs_of_life {
public:
  /// Forgets the signs of all members that are not among these.
  void expect(const std::vector<expected_sign>& all) {
    const std::lock_guard guard{mutex_};
    std::vector<entry> next;
    next.reserve(all.size());
    for (const auto& x : all) {
      const auto* known = find(x.from);
      next.push_back({known ? known->newest : sign_of_life{x.from}, x.at_once});
    }
    std::ranges::sort(next, {}, &entry::from);
    expected_ = std::move(next);
  }

  void heard(const net_id& from, time_point at) {
    const std::lock_guard guard{mutex_};
    if (auto* x = find(from)) {
      x->newest.heard_at = at;
    } else {
      auto& other = others_[others_[0].from == from ? 0 : 1];
      if (other.from != from) others_[0] = std::exchange(other, {from});
      other.heard_at = at;
    }
  }

  /// @returns whether the failure detector is to be told at once
  bool answered(const net_id& by, time_point at) {
    const std::lock_guard guard{mutex_};
    auto* x = find(by);
    if (!x) return false;
    x->newest.answered_at = at;
    return x->at_once;
  }

  /// The signs since the last call.
  [[nodiscard]] std::vector<sign_of_life> take() {
    const std::lock_guard guard{mutex_};
    std::vector<sign_of_life> all;
    for (auto& x : expected_) {
      if (x.newest.heard_at || x.newest.answered_at)
        all.push_back(std::exchange(x.newest, {x.newest.from}));
    }
    for (auto& x : others_) {
      if (x.heard_at) all.push_back(std::exchange(x, {}));
    }
    return all;
  }

private:
  struct entry {
    sign_of_life newest;
    bool at_once;

    [[nodiscard]] const net_id& from() const noexcept { return newest.from; }
  };

  entry* find(const net_id& x) {
    const auto found = std::ranges::lower_bound(expected_, x, {}, &entry::from);
    return found != expected_.end() && found->newest.from == x ? &*found : nullptr;
  }

  std::mutex mutex_;
  std::vector<entry> expected_;  // ascending
  std::array<sign_of_life, 2> others_;
};

}  // namespace scalesmall
