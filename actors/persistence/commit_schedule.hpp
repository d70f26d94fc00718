#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <scalesmall/time.hpp>
#include <utility>
#include <vector>

namespace scalesmall {

/// Decides when a node writes its state. Changes that come while a write is under way, or too soon
/// after the last one began, share the next write (group commit). One write is under way at a time.
///
/// Not thread-safe.
class commit_schedule {
public:
  using ticket = std::uint64_t;

  /// A write waits for the disk twice, for the file and for its name: so the node waits for the
  /// disk once in 2 ms at most.
  static constexpr std::chrono::milliseconds window{4};
  /// After a failure without a new change the write is tried again, with exponential back-off.
  static constexpr std::chrono::seconds retry_first{1};
  static constexpr std::chrono::seconds retry_last{60};

  /// Somebody waits for a write that begins from now on.
  [[nodiscard]] ticket ask() {
    waiting_.push_back(++last_);
    return last_;
  }

  /// Something is to be written that nobody waits for.
  void note() { wanted_ = true; }

  /// When the next write is to begin; nothing while one is under way, or if there is nothing to
  /// write.
  [[nodiscard]] std::optional<time_point> next_due() const {
    if (under_way_ || (waiting_.empty() && !wanted_)) return std::nullopt;
    return waiting_.empty() ? std::max(not_before_, retry_at_) : not_before_;
  }

  /// A write of the newest state begins.
  void begin(time_point now) {
    under_way_ = true;
    wanted_ = false;
    not_before_ = now + window;
    written_for_ = std::exchange(waiting_, {});
  }

  /// The write has ended. After a failure it is still to be made.
  /// @returns the tickets that it answers
  [[nodiscard]] std::vector<ticket> ended(bool worked, time_point now) {
    under_way_ = false;
    if (worked) {
      retry_ = retry_first;
      retry_at_ = {};
    } else {
      wanted_ = true;
      retry_at_ = now + retry_;
      retry_ = std::min<duration>(2 * retry_, retry_last);
    }
    return std::exchange(written_for_, {});
  }

private:
  std::vector<ticket> waiting_;
  std::vector<ticket> written_for_;
  ticket last_ = 0;
  bool wanted_ = false;
  bool under_way_ = false;
  time_point not_before_{};
  time_point retry_at_{};
  duration retry_ = retry_first;
};

}  // namespace scalesmall
