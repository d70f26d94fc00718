#pragma once

#include <algorithm>
#include <chrono>

namespace scalesmall::supervision {

/// How long one child waits before it is restarted after failures for want of resources: a tenth of
/// a second, doubling.
class resource_wait {
public:
  using duration = std::chrono::steady_clock::duration;

  static constexpr duration first = std::chrono::milliseconds{100};

  /// The child failed once more.
  /// @param ran      how long it had run; zero if it did not start
  /// @param longest  bound on the wait; a child that ran for longer than that begins anew
  [[nodiscard]] duration next(duration ran, duration longest) {
    if (ran > longest) wait_ = first;
    const auto now = std::min(wait_, longest);
    wait_ = std::min(now * 2, longest);
    return now;
  }

private:
  duration wait_ = first;
};

}  // namespace scalesmall::supervision
