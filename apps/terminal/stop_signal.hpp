#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>

#include "ops/files/descriptor.hpp"
#include "ops/verbs/pause.hpp"

namespace scalesmall {

/// Tells when the program is to stop: on SIGINT, on SIGTERM, on SIGHUP unless it was ignored, when
/// the node has ended by itself, or at a request of the program itself. Construct it before any
/// thread is started: it blocks these signals, and those that terminal_reader takes, in the
/// calling thread and in the threads that this one starts. The destructor does not
/// unblock them. All functions are thread-safe.
class stop_signal final : public pause {
public:
  stop_signal();

  /// Requests the stop because the node has given up. The first reason is kept.
  void node_ended(std::string reason);

  /// Requests the stop without a reason.
  void request();

  /// The name of the signal that ended the program, once; nothing if there was none. The program
  /// stays to be stopped.
  [[nodiscard]] std::optional<std::string> take_signal();

  /// The reason of the first call of node_ended; nothing if there was none.
  [[nodiscard]] std::optional<std::string> node_end() const;

  [[nodiscard]] std::chrono::steady_clock::time_point now() const override;
  [[nodiscard]] bool wait_for(std::chrono::milliseconds time) override;

  [[nodiscard]] bool requested() const;

  /// Waits until `fd` is readable; false if the program is to stop first.
  [[nodiscard]] bool wait_readable(int fd) const;

  enum class input : std::uint8_t { none, first, second };

  /// Waits until one of two is readable, the second first; none if the program is to stop.
  [[nodiscard]] input wait_readable(int fd, int other) const;

  /// Waits until the program is to stop.
  void wait() const;

private:
  descriptor signals_;
  descriptor wake_;
  mutable std::mutex mutex_;
  std::optional<std::string> reason_;
};

}  // namespace scalesmall
