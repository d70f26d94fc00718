#pragma once

#include <functional>
#include <mutex>
#include <utility>

namespace scalesmall {

/// A function of the program that another thread calls and that can be ended. Once end() has
/// returned, the function is not running and will not run again. The function may call end()
/// itself.
template <class Argument>
class stoppable_callback {
public:
  explicit stoppable_callback(std::function<void(const Argument&)> f) : f_(std::move(f)) {}

  /// Does nothing once it is ended. Throws what the function throws.
  void operator()(const Argument& x) {
    const std::lock_guard lock{mutex_};
    if (!ended_) f_(x);
  }

  void end() {
    const std::lock_guard lock{mutex_};
    ended_ = true;
  }

private:
  std::recursive_mutex mutex_;  // held while the function runs
  std::function<void(const Argument&)> f_;
  bool ended_ = false;
};

}  // namespace scalesmall
