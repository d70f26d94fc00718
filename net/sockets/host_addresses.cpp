#include "net/sockets/host_addresses.hpp"

#include <algorithm>
#include <iterator>
#include <memory>
#include <netdb.h>
#include <netinet/in.h>

namespace scalesmall {

namespace {

ip_address address_of(const addrinfo& x) {
  if (x.ai_family == AF_INET) {
    const auto& v4 = reinterpret_cast<const sockaddr_in*>(x.ai_addr)->sin_addr;
    const auto* b = reinterpret_cast<const std::uint8_t*>(&v4.s_addr);
    return ip_address::v4(b[0], b[1], b[2], b[3]);
  }
  ip_address address;
  const auto& v6 = reinterpret_cast<const sockaddr_in6*>(x.ai_addr)->sin6_addr;
  std::copy(std::begin(v6.s6_addr), std::end(v6.s6_addr), address.bytes.begin());
  return address;
}

}  // namespace

std::vector<net_id> host_addresses(const std::string& host, std::uint16_t port) {
  if (const auto numeric = parse_ip_address(host)) return {{*numeric, port}};
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* list = nullptr;
  if (::getaddrinfo(host.c_str(), nullptr, &hints, &list) != 0) return {};
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner{list, &::freeaddrinfo};
  std::vector<net_id> found;
  for (const int family : {AF_INET, AF_INET6}) {
    for (const auto* entry = list; entry != nullptr; entry = entry->ai_next) {
      if (entry->ai_family != family) continue;
      const net_id id{address_of(*entry), port};
      if (std::ranges::find(found, id) == found.end()) found.push_back(id);
    }
  }
  return found;
}

}  // namespace scalesmall
