#include "ops/change_threads.hpp"

#include <system_error>
#include <thread>
#include <utility>

namespace scalesmall {

change_threads::~change_threads() {
  stop();
  std::unique_lock lock{mutex_};
  changed_.wait(lock, [this] { return running_ == 0; });
}

bool change_threads::run(std::function<void()> what) {
  const std::lock_guard lock{mutex_};
  if (stopping_ || running_ == most_) return false;
  try {
    std::thread{[this, task = std::move(what)]() mutable {
      task();
      task = nullptr;  // what it held ends before the destructor goes on
      // Under the lock: the destructor may run as soon as it is released.
      const std::lock_guard ending{mutex_};
      --running_;
      changed_.notify_all();
    }}.detach();
  } catch (const std::system_error&) {
    return false;
  }
  ++running_;
  return true;
}

void change_threads::stop() {
  const std::lock_guard lock{mutex_};
  stopping_ = true;
  changed_.notify_all();
}

std::chrono::steady_clock::time_point change_threads::now() const {
  return std::chrono::steady_clock::now();
}

bool change_threads::wait_for(std::chrono::milliseconds time) {
  std::unique_lock lock{mutex_};
  return !changed_.wait_for(lock, time, [this] { return stopping_; });
}

}  // namespace scalesmall
