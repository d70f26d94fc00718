#include "net/sockets/machine_has.hpp"

#include <cerrno>
#include <sys/socket.h>
#include <unistd.h>

#include <asio/ip/udp.hpp>

#include "net/sockets/endpoint.hpp"

namespace scalesmall {

// A list of the interfaces does not show all: all of 127.0.0.0/8 belongs to this machine, and a
// route may give it a whole network.
std::optional<bool> machine_has(const ip_address& address, unsigned interface) {
  const auto at = to_asio<asio::ip::udp>(net_id{address, 0}, interface);
  const int socket = ::socket(at.protocol().family(), SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (socket < 0) return std::nullopt;
  const bool bound = ::bind(socket, at.data(), static_cast<socklen_t>(at.size())) == 0;
  const int why = errno;
  ::close(socket);
  if (bound) return true;
  if (why == EADDRNOTAVAIL || why == ENODEV) return false;
  return std::nullopt;
}

}  // namespace scalesmall
