#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>

namespace scalesmall {

/// Tells whether a program may answer for what it serves by plan. A node that stood still, because
/// its process was stopped or the machine slept, may have lost its ranges to others. The fence is
/// closed from then on until the program has been told of each range_lost. It closes by the clock,
/// so it is closed before the first thread runs on. It is open only while the node looks at its
/// slots, which it does each second.
///
/// Any thread may use it. Takes one reading of a clock.
class service_fence {
public:
  [[nodiscard]] bool is_open() const noexcept;

  // -- for the node

  /// The time since the start of the machine, its sleep included.
  [[nodiscard]] static std::chrono::nanoseconds now() noexcept;
  void open_until(std::chrono::nanoseconds x) noexcept { until_ = x.count(); }
  void close() noexcept { until_ = 0; }

private:
  std::atomic<std::int64_t> until_{0};
};

}  // namespace scalesmall
