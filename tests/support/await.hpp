#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <future>
#include <mutex>
#include <thread>

#include <doctest/doctest.h>

/// Waits on the real clock. Each has a limit: a test that waits for something that does not happen
/// fails and says for what it waited, instead of hanging until ctest ends it.

namespace scalesmall {

/// Far beyond what anything here takes, also under a sanitizer on a busy machine.
inline constexpr std::chrono::seconds await_limit{30};

/// Counts events that come from any thread.
class countdown {
public:
  explicit countdown(std::size_t events = 1) : left_(events) {}

  void count_down() {
    const std::lock_guard lock{mutex_};
    if (left_ > 0 && --left_ == 0) reached_.notify_all();
  }

  /// Waits until all events have come; false at the limit. Any thread.
  [[nodiscard]] bool reached() {
    std::unique_lock lock{mutex_};
    return reached_.wait_for(lock, await_limit, [this] { return left_ == 0; });
  }

  /// The same for the thread of the test, which fails at the limit.
  void await(const char* what) { REQUIRE_MESSAGE(reached(), "waited in vain: ", what); }

private:
  std::mutex mutex_;
  std::condition_variable reached_;
  std::size_t left_;
};

/// The value of a future.
template <class T>
T await(std::future<T> future, const char* what) {
  REQUIRE_MESSAGE(future.wait_for(await_limit) == std::future_status::ready,
                  "waited in vain: ", what);
  return future.get();
}

/// Tries until something that blocks or answers at once says yes; nothing tells when it will.
template <class Try>
void await_success(const char* what, Try attempt) {
  const auto end = std::chrono::steady_clock::now() + await_limit;
  while (!attempt()) {
    REQUIRE_MESSAGE(std::chrono::steady_clock::now() < end, "waited in vain: ", what);
    std::this_thread::yield();
  }
}

}  // namespace scalesmall
