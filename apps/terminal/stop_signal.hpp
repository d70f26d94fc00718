#pragma once

#include <chrono>
#include <mutex>
#include <optional>
#include <string>

#include "apps/shell/pause.hpp"
#include "apps/terminal/descriptor.hpp"

namespace scalesmall {

/// Says when the program is to stop: on SIGINT, on SIGTERM, when the node has ended by itself,
/// or when its own code asks for it.
/// Make it before any thread is started, because it blocks both signals for its own thread and
/// those that come from it. Destroying it does not unblock them.
class stop_signal final : public pause {
public:
  stop_signal();

  /// Tells that the node has given up; the first reason stands. Any thread.
  void node_ended(std::string reason);

  /// Asks for the stop without a reason. Any thread.
  void request();

  /// Why the node has given up, if it has. Any thread.
  [[nodiscard]] std::optional<std::string> node_end() const;

  [[nodiscard]] std::chrono::steady_clock::time_point now() const override;
  [[nodiscard]] bool wait_for(std::chrono::milliseconds time) override;

  [[nodiscard]] bool requested() const;

  /// Waits until there is something to read from `fd`; false if the program is to stop first.
  [[nodiscard]] bool wait_readable(int fd) const;

  /// Waits until the program is to stop.
  void wait() const;

private:
  descriptor signals_;
  descriptor wake_;
  mutable std::mutex mutex_;
  std::optional<std::string> reason_;
};

}  // namespace scalesmall
