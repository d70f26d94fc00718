#include "apps/config/listen_address.hpp"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <memory>
#include <net/if.h>
#include <netinet/in.h>

namespace scalesmall {

namespace {

std::optional<ip_address> broadcasting_address(const ifaddrs& x) {
  constexpr unsigned wanted = IFF_UP | IFF_BROADCAST;
  if ((x.ifa_flags & (wanted | IFF_LOOPBACK)) != wanted) return std::nullopt;
  if (x.ifa_addr == nullptr || x.ifa_addr->sa_family != AF_INET) return std::nullopt;
  const auto bits = ntohl(reinterpret_cast<const sockaddr_in*>(x.ifa_addr)->sin_addr.s_addr);
  const auto byte = [&](unsigned shift) { return static_cast<std::uint8_t>(bits >> shift); };
  return ip_address::v4(byte(24), byte(16), byte(8), byte(0));
}

std::optional<ip_address> first_broadcasting_address() {
  ifaddrs* first = nullptr;
  if (::getifaddrs(&first) == -1) return std::nullopt;
  const std::unique_ptr<ifaddrs, decltype(&::freeifaddrs)> list{first, &::freeifaddrs};
  for (const auto* x = list.get(); x != nullptr; x = x->ifa_next) {
    if (const auto found = broadcasting_address(*x)) return found;
  }
  return std::nullopt;
}

}  // namespace

ip_address listen_address(const options& x) {
  const auto loopback = ip_address::v4(127, 0, 0, 1);
  if (x.address) return *x.address;
  if (x.key_file.empty()) return loopback;
  return first_broadcasting_address().value_or(loopback);
}

}  // namespace scalesmall
