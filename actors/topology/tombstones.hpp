#pragma once

#include <algorithm>
#include <chrono>
#include <deque>
#include <map>
#include <scalesmall/local_clock.hpp>
#include <scalesmall/time.hpp>
#include <string>
#include <utility>
#include <vector>

namespace scalesmall {

/// The time between two searches for tombstones whose grace time is over: a tenth of the grace
/// time, between 10 ms and 10 s.
[[nodiscard]] constexpr duration expiry_period(duration grace) {
  return std::clamp<duration>(grace / 10, std::chrono::milliseconds{10}, std::chrono::seconds{10});
}

/// Remembers which rows hold tombstones (claims with op `rmv`), and for how long. A tombstone is
/// dropped after a grace time, long enough for every reachable node to hear of the removal.
class tombstones {
public:
  /// All tombstones of a row up to a clock.
  struct entry {
    std::string group;
    local_clock up_to;
  };

  /// A row now holds tombstones. Their grace time begins with the next call of due(), so the newest
  /// of a row stands for all since the last call: what is kept follows the number of rows, not of
  /// removals.
  void note(entry x) {
    auto& newest = fresh_[{std::move(x.group), x.up_to.member}];
    newest = std::max(newest, x.up_to.at);
  }

  /// Removes and returns the entries whose grace time is over.
  [[nodiscard]] std::vector<entry> due(time_point now, duration grace) {
    for (auto& [row, newest] : std::exchange(fresh_, {}))
      waiting_.push_back({now + grace, {row.first, {row.second, newest}}});
    std::vector<entry> over;
    for (; !waiting_.empty() && waiting_.front().at <= now; waiting_.pop_front())
      over.push_back(std::move(waiting_.front().what));
    return over;
  }

private:
  struct timed_entry {
    time_point at;
    entry what;
  };

  std::map<std::pair<std::string, net_id>, stamp> fresh_;  // by group and member
  std::deque<timed_entry> waiting_;
};

}  // namespace scalesmall
