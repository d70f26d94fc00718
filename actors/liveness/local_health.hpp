#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <optional>
#include <scalesmall/net_id.hpp>
#include <scalesmall/time.hpp>

namespace scalesmall {

/// Whether this node is fit to judge others (Lifeguard's local health; Dadgar et al. 2018), by what
/// it can measure: whether its timers come in time, and whether it hears anybody.
///
/// Not thread-safe.
class local_health {
public:
  /// A timer that is later shows that this node was not there to hear others.
  static constexpr std::chrono::milliseconds late_max{250};

  /// @param period of a watch
  local_health(duration period, time_point now)
      : period_(period), begun_(now), absent_until_(now) {}

  /// A timer that was due at this point in time fired now.
  /// @param boot a clock that goes on while the machine sleeps; `now` may come from one that stops
  /// @returns false if this node was absent: neither its timers ran nor did it hear anybody
  bool on_time(time_point due, time_point now, time_point boot) {
    const auto slept = boot - now - boot_ahead_.value_or(boot - now);
    boot_ahead_ = boot - now;
    const bool absent = now - due > duration{late_max} || slept > duration{late_max};
    if (absent) absent_until_ = now + 3 * period_;
    return !absent;
  }

  /// Something of another node arrived.
  void heard(const net_id& from, time_point now) {
    auto& known = last_[0].from == from || last_[1].from == from
                      ? last_[last_[0].from == from ? 0 : 1]
                      : last_[last_[0].at <= last_[1].at ? 0 : 1];
    known = {from, now};
  }

  /// Whether it hears as many of so many others as it should: two, one of less than six, and none
  /// of a single one.
  [[nodiscard]] bool hears(std::size_t others, time_point now) const {
    const std::size_t wanted = others < 2 ? 0 : others < 6 ? 1 : 2;
    const auto lately = [&](const sign& x) {
      return x.at != time_point{} && now - x.at <= period_ * 3 / 2;
    };
    return std::size_t{lately(last_[0])} + std::size_t{lately(last_[1])} >= wanted;
  }

  /// False for a while after an absence, and after the start.
  [[nodiscard]] bool is_present(time_point now) const {
    return now >= absent_until_ && now - begun_ >= 3 * period_;
  }

  /// Whether it has heard nobody for this long.
  [[nodiscard]] bool is_isolated(duration time, time_point now) const {
    return now - std::max({last_[0].at, last_[1].at, begun_}) >= time;
  }

private:
  struct sign {
    net_id from;
    time_point at{};
  };

  duration period_;
  time_point begun_;
  time_point absent_until_;
  std::optional<duration> boot_ahead_;
  std::array<sign, 2> last_;  // of different nodes
};

}  // namespace scalesmall
