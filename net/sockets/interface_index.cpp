#include "net/sockets/interface_index.hpp"

#include <cstring>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>

namespace scalesmall {

namespace {

bool has(const sockaddr* x, const ip_address& address) {
  if (x == nullptr) return false;
  if (x->sa_family == AF_INET && address.is_v4()) {
    sockaddr_in v4{};
    std::memcpy(&v4, x, sizeof v4);
    return std::memcmp(&v4.sin_addr, address.bytes.data() + 12, 4) == 0;
  }
  if (x->sa_family != AF_INET6) return false;
  sockaddr_in6 v6{};
  std::memcpy(&v6, x, sizeof v6);
  return std::memcmp(&v6.sin6_addr, address.bytes.data(), address.bytes.size()) == 0;
}

}  // namespace

std::optional<unsigned> interface_index(const ip_address& address) {
  ifaddrs* list = nullptr;
  if (::getifaddrs(&list) != 0) return std::nullopt;
  unsigned index = 0;
  for (const auto* i = list; i != nullptr && index == 0; i = i->ifa_next) {
    if (has(i->ifa_addr, address)) index = ::if_nametoindex(i->ifa_name);
  }
  ::freeifaddrs(list);
  return index;
}

}  // namespace scalesmall
