#include "ops/log_override.hpp"

namespace scalesmall {

log_override::~log_override() {
  {
    const std::lock_guard lock{mutex_};
    stopping_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void log_override::change(log_level to, std::optional<std::chrono::milliseconds> time) {
  const std::lock_guard lock{mutex_};
  auto before = set_(to);
  if (!time) {
    put_back_ = nullptr;
  } else {
    if (!put_back_) put_back_ = std::move(before);
    end_ = std::chrono::steady_clock::now() + *time;
    if (!thread_.joinable() && !stopping_) thread_ = std::thread{[this] { run(); }};
  }
  changed_.notify_all();
}

void log_override::run() {
  std::unique_lock lock{mutex_};
  while (!stopping_) {
    if (put_back_) {
      changed_.wait_until(lock, end_);
    } else {
      changed_.wait(lock);
    }
    if (put_back_ && (stopping_ || std::chrono::steady_clock::now() >= end_))
      std::exchange(put_back_, nullptr)();
  }
}

}  // namespace scalesmall
