#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <scalesmall/log.hpp>
#include <thread>
#include <utility>

namespace scalesmall {

/// Changes the level of a program's log for a time. All functions are thread-safe.
class log_override {
public:
  /// Sets the level, and answers a function that puts the former one back.
  using setter = std::function<std::function<void()>(log_level)>;

  explicit log_override(setter set) : set_(std::move(set)) {}

  /// Puts the level back if it was changed for a time.
  ~log_override();
  log_override(const log_override&) = delete;
  log_override& operator=(const log_override&) = delete;

  /// @param time nothing: until it is changed again. After it the level is that of before all
  ///   changes for a time.
  void change(log_level to, std::optional<std::chrono::milliseconds> time);

private:
  void run();

  const setter set_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::function<void()> put_back_;  // while the level is changed for a time
  std::chrono::steady_clock::time_point end_{};
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace scalesmall
