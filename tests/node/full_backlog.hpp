#pragma once

#include <arpa/inet.h>
#include <array>
#include <cstdint>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <doctest/doctest.h>

namespace scalesmall {

/// A port of 127.0.0.1 that behaves as a host which is gone: the queue of its connections is full,
/// so the system drops the first packet of each further connection.
class full_backlog {
public:
  full_backlog() {
    sockaddr_in where{};
    where.sin_family = AF_INET;
    where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof where;
    auto* address = reinterpret_cast<sockaddr*>(&where);
    REQUIRE(bind(listening_, address, size) == 0);
    REQUIRE(listen(listening_, 0) == 0);
    REQUIRE(getsockname(listening_, address, &size) == 0);
    port_ = ntohs(where.sin_port);
    for (const int each : waiting_) (void)connect(each, address, size);
  }
  full_backlog(const full_backlog&) = delete;
  full_backlog& operator=(const full_backlog&) = delete;
  ~full_backlog() {
    for (const int each : waiting_) close(each);
    close(listening_);
  }

  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }

private:
  static int open() { return socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0); }

  int listening_ = open();
  std::array<int, 4> waiting_{open(), open(), open(), open()};
  std::uint16_t port_ = 0;
};

}  // namespace scalesmall
