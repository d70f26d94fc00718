#include "ops/files/tcp_listener.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace scalesmall {

namespace {

constexpr int tcp_backlog = 64;

union socket_name {
  sockaddr any;
  sockaddr_in v4;
  sockaddr_in6 v6;
};

socklen_t write_name(socket_name& to, const net_id& at) {
  std::memset(&to, 0, sizeof to);
  if (at.address.is_v4()) {
    to.v4.sin_family = AF_INET;
    to.v4.sin_port = htons(at.port);
    std::memcpy(&to.v4.sin_addr, at.address.bytes.data() + 12, 4);
    return sizeof to.v4;
  }
  to.v6.sin6_family = AF_INET6;
  to.v6.sin6_port = htons(at.port);
  std::memcpy(&to.v6.sin6_addr, at.address.bytes.data(), 16);
  return sizeof to.v6;
}

}  // namespace

result<tcp_listener, std::error_code> listen_tcp(const net_id& at) {
  const auto failed = [](int fd) {
    const std::error_code why{errno, std::generic_category()};
    if (fd != -1) ::close(fd);
    return why;
  };
  socket_name name{};
  auto size = write_name(name, at);
  const int fd = ::socket(name.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd == -1) return failed(fd);
  const int on = 1;
  // A node that starts again does not wait for connections of its former life.
  ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (::bind(fd, &name.any, size) == -1 || ::listen(fd, tcp_backlog) == -1 ||
      ::getsockname(fd, &name.any, &size) == -1)
    return failed(fd);
  const auto port = at.address.is_v4() ? name.v4.sin_port : name.v6.sin6_port;
  return tcp_listener{fd, {at.address, ntohs(port)}};
}

}  // namespace scalesmall
