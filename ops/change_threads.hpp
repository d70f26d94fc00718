#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <mutex>

#include "ops/verbs/pause.hpp"

namespace scalesmall {

/// Runs what may have to wait for the node, each on a thread of its own, so that nothing waits for
/// something else. Bounds their number. Also the clock of what runs there. All functions are
/// thread-safe.
class change_threads final : public pause {
public:
  explicit change_threads(std::size_t most) : most_(most) {}

  /// Waits until all have ended.
  ~change_threads() override;

  /// False, and nothing runs, if there are too many, or the system has no thread left.
  [[nodiscard]] bool run(std::function<void()> what);

  /// From now on waits end at once and nothing new runs.
  void stop();

  [[nodiscard]] std::chrono::steady_clock::time_point now() const override;
  [[nodiscard]] bool wait_for(std::chrono::milliseconds time) override;

private:
  const std::size_t most_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t running_ = 0;
  bool stopping_ = false;
};

}  // namespace scalesmall
