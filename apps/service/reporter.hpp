#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <future>
#include <mutex>
#include <string>
#include <thread>

#include "apps/service/service_manager.hpp"

namespace scalesmall {

/// Tells the service manager that a node lives and how it is, until the end of this object, which
/// tells that the node stops. Without a service manager there is no thread.
class reporter {
public:
  struct subject {
    /// Gives what is ready once the node has done something.
    std::function<std::future<void>()> pulse;
    /// One line in words.
    std::function<std::string()> status;
    /// Takes a sentence for the log. Any thread.
    std::function<void(const std::string&)> warn;
  };

  /// Without a watchdog the status is told so often.
  static constexpr std::chrono::seconds status_period{15};

  /// Tells that the node is ready.
  reporter(const service_manager& to, subject of);
  reporter(const reporter&) = delete;
  reporter& operator=(const reporter&) = delete;
  ~reporter();

  /// The node reads its settings again, or has read them.
  void reloading();
  void reloaded();

private:
  /// Says once that the service manager cannot be told, until it can be again.
  void tell(const std::string& lines);
  void run();
  [[nodiscard]] bool wait();

  const service_manager& to_;
  const subject of_;
  const std::chrono::microseconds period_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool ended_ = false;
  std::atomic<bool> unheard_{false};
  std::jthread thread_;
};

}  // namespace scalesmall
