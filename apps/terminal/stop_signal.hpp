#pragma once

#include <chrono>
#include <mutex>
#include <optional>
#include <string>

#include "apps/shell/pause.hpp"
#include "apps/terminal/descriptor.hpp"

namespace scalesmall {

/// Tells when the program is to stop: on SIGINT, on SIGTERM, when the node has ended by itself, or
/// at a request of the program itself. Construct it before any thread is started: it blocks both
/// signals in the calling thread and in the threads that this one starts. The destructor does not
/// unblock them. All functions are thread-safe.
class stop_signal final : public pause {
public:
  stop_signal();

  /// Requests the stop because the node has given up. The first reason is kept.
  void node_ended(std::string reason);

  /// Requests the stop without a reason.
  void request();

  /// The reason of the first call of node_ended; nothing if there was none.
  [[nodiscard]] std::optional<std::string> node_end() const;

  [[nodiscard]] std::chrono::steady_clock::time_point now() const override;
  [[nodiscard]] bool wait_for(std::chrono::milliseconds time) override;

  [[nodiscard]] bool requested() const;

  /// Waits until `fd` is readable; false if the program is to stop first.
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
