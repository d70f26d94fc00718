#pragma once

#include <algorithm>
#include <chrono>
#include <deque>
#include <scalesmall/local_clock.hpp>
#include <scalesmall/time.hpp>
#include <string>
#include <vector>

namespace scalesmall {

/// How often an owner of tombstones should look for those whose time is over: a tenth of the grace
/// time, within bounds.
[[nodiscard]] constexpr moment expiry_period(moment grace) {
  return std::clamp<moment>(grace / 10, std::chrono::milliseconds{10}, std::chrono::seconds{10});
}

/// Remembers in which rows removals stand, and for how long: a removal is dropped after a grace
/// time, in which every node that can be reached has heard of it.
class tombstones {
public:
  /// All removals of a row up to a clock.
  struct entry {
    std::string group;
    local_clock up_to;
  };

  /// A row has removals now. Their time begins with the next call of due().
  void note(entry x) { fresh_.push_back(std::move(x)); }

  /// Those whose time is over.
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
