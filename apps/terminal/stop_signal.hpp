#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>

#include "ops/files/descriptor.hpp"
#include "ops/verbs/pause.hpp"

namespace scalesmall {

/// What SIGHUP means. It is passed over if it was ignored when the program began.
enum class hang_up : std::uint8_t {
  stops,
  reloads,  ///< unless the terminal of the program is gone: that ends it
};

/// Tells when the program is to stop: on SIGINT, on SIGTERM, on SIGHUP as hang_up says, when the
/// node has ended by itself, or at a request of the program itself. Construct it before any
/// thread is started: it blocks these signals, and those that terminal_reader takes, in the
/// calling thread and in the threads that this one starts. The destructor does not
/// unblock them. All functions are thread-safe.
class stop_signal final : public pause {
public:
  explicit stop_signal(hang_up means = hang_up::stops);

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

  /// Waits for a SIGHUP that means hang_up::reloads; false if the program is to stop. One thread.
  [[nodiscard]] bool wait_for_reload();

private:
  bool has_terminal_;  // the program, at its begin
  descriptor signals_;
  std::optional<descriptor> hang_ups_;
  descriptor wake_;
  mutable std::mutex mutex_;
  std::optional<std::string> reason_;
  bool hung_up_ = false;
};

}  // namespace scalesmall
