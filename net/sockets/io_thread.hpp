#pragma once

#include <memory>
#include <thread>

namespace scalesmall {

struct io_state;

/// One thread that waits for all sockets of as many nodes as share it. Ports do not keep it alive:
/// their users must hold it for as long as the ports have to work. A port that outlives it stays
/// silent and may be closed.
class io_thread {
public:
  /// Throws std::system_error if the system has no thread or descriptor left.
  io_thread();
  io_thread(const io_thread&) = delete;
  io_thread& operator=(const io_thread&) = delete;

  /// Waits until the thread has ended, unless the thread itself drops the last reference.
  ~io_thread();

  /// The state that the ports share; for asio_network.
  [[nodiscard]] const std::shared_ptr<io_state>& state() const noexcept { return state_; }

private:
  std::shared_ptr<io_state> state_;
  std::thread thread_;
};

}  // namespace scalesmall
