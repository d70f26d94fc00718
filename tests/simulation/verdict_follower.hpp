#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <functional>
#include <limits>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "tests/simulation/cluster.hpp"

namespace scalesmall::simulation {

/// Infinity for duration::max().
inline double in_seconds(duration t) {
  return t == duration::max() ? std::numeric_limits<double>::infinity()
                              : std::chrono::duration<double>(t).count();
}

/// Follows what the healthy nodes hold for unreachable.
class verdict_follower {
public:
  static constexpr std::chrono::milliseconds usual_step{50};

  explicit verdict_follower(cluster& all) : all_(all), held_(all.size()) {}

  /// Nodes about which it does not matter, and whose own opinion does not.
  std::set<std::size_t> faulty;
  /// Pairs (observer, member) about which it does not matter.
  std::set<std::pair<std::size_t, std::size_t>> excused;

  void run(duration time, duration step = usual_step) {
    for (const auto end = all_.now() + time; all_.now() < end;) {
      all_.run(std::min(step, end - all_.now()));
      look();
    }
  }

  /// Until the condition holds; after which time, or duration::max().
  duration run_until(const std::function<bool()>& condition, duration limit,
                     duration step = usual_step) {
    const auto begun = all_.now();
    while (!condition()) {
      if (all_.now() - begun >= limit) return duration::max();
      run(step, step);
    }
    return all_.now() - begun;
  }

  [[nodiscard]] bool holds(std::size_t observer, std::size_t member) const {
    return held_[observer].contains(member);
  }

  /// Whether each node that is up holds exactly those for unreachable.
  [[nodiscard]] bool all_hold(const std::function<bool(std::size_t, std::size_t)>& expected) const {
    for (std::size_t i = 0; i < held_.size(); ++i) {
      if (!all_.is_up(i)) continue;
      for (std::size_t k = 0; k < held_.size(); ++k) {
        if (k != i && held_[i].contains(k) != expected(i, k)) return false;
      }
    }
    return true;
  }

  [[nodiscard]] bool nobody_is_held() const {
    return std::ranges::all_of(held_, [](const auto& x) { return x.empty(); });
  }

  [[nodiscard]] std::size_t changes_max() const {
    std::size_t most = 0;
    for (const auto& [pair, changes] : changes_) {
      if (!faulty.contains(pair.first)) most = std::max(most, changes);
    }
    return most;
  }

  /// How often a healthy node was held for unreachable by a healthy one.
  std::size_t wrong = 0;
  std::string first_wrong;

private:
  void look() {
    for (std::size_t i = 0; i < all_.size(); ++i) {
      if (!all_.is_up(i)) {
        held_[i].clear();
        continue;
      }
      const auto& standing = all_.node(i).liveness()->standing();
      if (standing.empty() && held_[i].empty()) continue;
      const auto now = all_.unreachable_at(i);
      const std::set<std::size_t> next(now.begin(), now.end());
      if (next == held_[i]) continue;
      for (const auto k : next) {
        if (!held_[i].contains(k)) note(i, k, true);
      }
      for (const auto k : held_[i]) {
        if (!next.contains(k)) note(i, k, false);
      }
      held_[i] = next;
    }
  }

  void note(std::size_t observer, std::size_t member, bool held) {
    if (observer == member) return;
    ++changes_[{observer, member}];
    if (!held || faulty.contains(observer) || faulty.contains(member)) return;
    if (excused.contains({observer, member})) return;
    if (wrong++ == 0)
      first_wrong = "node " + std::to_string(observer) + " held node " + std::to_string(member) +
                    " for unreachable at " +
                    std::to_string(in_seconds(all_.now().time_since_epoch())) + " s";
  }

  cluster& all_;
  std::vector<std::set<std::size_t>> held_;
  std::map<std::pair<std::size_t, std::size_t>, std::size_t> changes_;
};

}  // namespace scalesmall::simulation
