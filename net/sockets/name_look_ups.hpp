#pragma once

#include <cstdint>
#include <memory>
#include <scalesmall/network.hpp>
#include <string>

namespace scalesmall {

struct io_state;

/// Looks up names one after the other on one thread, which exists only while names wait. The thread
/// is never waited for, because getaddrinfo cannot be interrupted: a program that stops must not
/// wait for a name server that does not answer. Any thread.
class name_look_ups {
public:
  explicit name_look_ups(std::shared_ptr<io_state> io);

  /// Calls the owner with all addresses, from that thread. If the system has no thread at this
  /// moment, the I/O thread calls it with none. An owner that throws std::bad_alloc is called
  /// again.
  void ask(std::string host, std::uint16_t port, name_owner owner);

private:
  struct state;

  std::shared_ptr<io_state> io_;
  std::shared_ptr<state> state_;
};

}  // namespace scalesmall
