#pragma once

#include <memory>
#include <thread>

namespace scalesmall {

struct io_state;

/// One thread that waits for all sockets of as many nodes as share it. Ports do not keep it alive:
/// whoever makes them holds it for as long as they shall work; after it they are silent, and safe
/// to close.
class io_thread {
public:
  /// Throws std::system_error if the system has no thread or descriptor left.
  io_thread();
  io_thread(const io_thread&) = delete;
  io_thread& operator=(const io_thread&) = delete;

  /// Waits until the thread has ended, unless it is the thread itself that drops the last
  /// reference.
  ~io_thread();

  /// What the ports share; for asio_network.
  [[nodiscard]] const std::shared_ptr<io_state>& state() const noexcept { return state_; }

private:
  std::shared_ptr<io_state> state_;
  std::thread thread_;
};

}  // namespace scalesmall
