#pragma once

#include <algorithm>
#include <chrono>
#include <scalesmall/time.hpp>

namespace scalesmall {

/// Bounds how much may be used over time: an allowance that grows steadily up to a burst.
class token_bucket {
public:
  struct rate {
    double per_second;
    double burst;
  };

  /// Begins full.
  token_bucket(const rate& x, time_point now) : rate_(x), left_(x.burst), at_(now) {}

  [[nodiscard]] double left(time_point now) const {
    const auto seconds = std::chrono::duration<double>(now - at_).count();
    return std::min(rate_.burst, left_ + seconds * rate_.per_second);
  }

  /// What is used beyond the allowance is owed: nothing is left until it has grown back.
  void use(double tokens, time_point now) {
    left_ = left(now) - tokens;
    at_ = now;
  }

  [[nodiscard]] bool is_full(time_point now) const { return left(now) >= rate_.burst; }

private:
  rate rate_;
  double left_;
  time_point at_;
};

}  // namespace scalesmall
