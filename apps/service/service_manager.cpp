#include "apps/service/service_manager.hpp"

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "messages/number.hpp"

namespace scalesmall {

service_manager::service_manager(const variable_reader& variable) {
  const auto address = variable("NOTIFY_SOCKET");
  if (!address || address->empty()) return;
  const bool fits = address->size() < sizeof(sockaddr_un::sun_path) &&
                    (address->starts_with('/') || address->starts_with('@'));
  if (!fits) {
    passed_over_ = *address;
    return;
  }
  address_ = *address;
  socket_ = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  const auto limit = variable("WATCHDOG_USEC");
  const auto whose = variable("WATCHDOG_PID");
  if (!limit || (whose && *whose != std::to_string(::getpid()))) return;
  if (const auto time = parse_digits<std::uint32_t>(*limit); time && *time > 0)
    watchdog_ = std::chrono::microseconds{*time};
}

service_manager::~service_manager() {
  if (socket_ != -1) ::close(socket_);
}

int service_manager::tell(std::string_view lines) const {
  if (socket_ == -1) return 0;
  sockaddr_un to{};
  to.sun_family = AF_UNIX;
  std::ranges::copy(address_, to.sun_path);
  if (to.sun_path[0] == '@') to.sun_path[0] = '\0';  // an abstract socket
  const auto length = offsetof(sockaddr_un, sun_path) + address_.size();
  const auto sent =
      ::sendto(socket_, lines.data(), lines.size(), MSG_DONTWAIT | MSG_NOSIGNAL,
               reinterpret_cast<const sockaddr*>(&to), static_cast<socklen_t>(length));
  return sent == -1 ? errno : 0;
}

}  // namespace scalesmall
