#pragma once

#include <algorithm>
#include <chrono>
#include <deque>
#include <scalesmall/local_clock.hpp>
#include <scalesmall/time.hpp>
#include <string>
#include <vector>

namespace scalesmall {

/// The time between two searches for tombstones whose grace time is over: a tenth of the grace
/// time, between 10 ms and 10 s.
[[nodiscard]] constexpr moment expiry_period(moment grace) {
  return std::clamp<moment>(grace / 10, std::chrono::milliseconds{10}, std::chrono::seconds{10});
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

  /// A row now holds tombstones. Their grace time begins with the next call of due().
  void note(entry x) { fresh_.push_back(std::move(x)); }

  /// Removes and returns the entries whose grace time is over.
  [[nodiscard]] std::vector<entry> due(moment now, moment grace) {
    for (auto& x : fresh_) waiting_.push_back({now + grace, std::move(x)});
    fresh_.clear();
    std::vector<entry> over;
    for (; !waiting_.empty() && waiting_.front().at <= now; waiting_.pop_front())
      over.push_back(std::move(waiting_.front().what));
    return over;
  }

private:
  struct timed_entry {
    moment at;
    entry what;
  };

  std::vector<entry> fresh_;
  std::deque<timed_entry> waiting_;
};

}  // namespace scalesmall
