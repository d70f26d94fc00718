#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <scalesmall/time.hpp>
#include <utility>

namespace scalesmall {

/// How often something happened that is to be said at most once a minute. Not thread-safe.
class damped_count {
public:
  static constexpr duration period = std::chrono::minutes{1};

  /// It happened once more. Returns how often it did since that was last said, if it is to be said
  /// now.
  [[nodiscard]] std::optional<std::uint64_t> note(time_point now) {
    ++count_;
    if (said_at_ && now - *said_at_ < period) return std::nullopt;
    said_at_ = now;
    return std::exchange(count_, 0);
  }

private:
  std::uint64_t count_ = 0;
  std::optional<time_point> said_at_;
};

}  // namespace scalesmall
