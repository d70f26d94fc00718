#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "ops/files/socket_places.hpp"

namespace scalesmall {

/// The service manager that has started this process and wants to be told of its state: systemd, or
/// another one that speaks the same protocol (sd_notify(3)). Any thread.
class service_manager {
public:
  /// Reads NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID.
  explicit service_manager(const variable_reader& variable = read_variable);
  service_manager(const service_manager&) = delete;
  service_manager& operator=(const service_manager&) = delete;
  ~service_manager();

  /// Whether there is one.
  [[nodiscard]] bool is_there() const noexcept { return socket_ != -1; }

  /// An address of a kind that is not known here, such as of a virtual machine; empty: there is
  /// none.
  [[nodiscard]] const std::string& passed_over() const noexcept { return passed_over_; }

  /// The process counts as dead if it is silent for so long; nothing: it may be silent.
  [[nodiscard]] std::optional<std::chrono::microseconds> watchdog() const noexcept {
    return watchdog_;
  }

  /// Sends lines such as READY=1. Never waits; without a service manager it does nothing.
  /// @returns the error of the system, 0 if there was none
  int tell(std::string_view lines) const;

private:
  std::string address_;
  std::string passed_over_;
  int socket_ = -1;
  std::optional<std::chrono::microseconds> watchdog_;
};

}  // namespace scalesmall
