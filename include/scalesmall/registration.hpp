#pragma once

#include <functional>
#include <utility>

namespace scalesmall {

/// Keeps a function of the program registered with a node until it is destroyed or end() is called.
/// May be moved. It must end before the actor system does.
class registration {
public:
  /// Nothing is registered.
  registration() noexcept = default;

  /// @param end undoes the registration; called once
  explicit registration(std::function<void()> end) noexcept : end_(std::move(end)) {}

  ~registration() { end(); }
  registration(registration&& x) noexcept : end_(std::exchange(x.end_, nullptr)) {}

  /// Ends the former registration first.
  registration& operator=(registration&& x) noexcept {
    if (this != &x) {
      end();
      end_ = std::exchange(x.end_, nullptr);
    }
    return *this;
  }

  /// Returns when the function is not running and will not run again. The function itself may call
  /// this; then the present call is the last. A second call does nothing. Any thread.
  void end() {
    if (const auto end = std::exchange(end_, nullptr)) end();
  }

private:
  std::function<void()> end_;
};

}  // namespace scalesmall
