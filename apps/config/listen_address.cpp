#include "apps/config/listen_address.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <ifaddrs.h>
#include <memory>
#include <net/if.h>
#include <netinet/in.h>
#include <string_view>
#include <sys/socket.h>
#include <tuple>
#include <unistd.h>

#include "messages/host_address.hpp"

namespace scalesmall {

namespace {

using interface_list = std::unique_ptr<ifaddrs, decltype(&::freeifaddrs)>;

interface_list all_interfaces() {
  ifaddrs* first = nullptr;
  if (::getifaddrs(&first) == -1) first = nullptr;
  return {first, &::freeifaddrs};
}

std::optional<ip_address> address_in(const sockaddr* x) {
  if (x == nullptr) return std::nullopt;
  if (x->sa_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, x, sizeof v4);
    std::array<std::uint8_t, 4> b{};
    std::memcpy(b.data(), &v4.sin_addr, b.size());
    return ip_address::v4(b[0], b[1], b[2], b[3]);
  }
  if (x->sa_family == AF_INET6) {
    sockaddr_in6 v6{};
    std::memcpy(&v6, x, sizeof v6);
    ip_address address;
    std::memcpy(address.bytes.data(), &v6.sin6_addr, address.bytes.size());
    return address;
  }
  return std::nullopt;
}

/// The address from which a datagram to this documentation address would leave. Nothing is sent.
std::optional<ip_address> source_towards(const sockaddr* to, socklen_t size) {
  const int fd = ::socket(to->sa_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd == -1) return std::nullopt;
  sockaddr_storage from{};
  socklen_t from_size = sizeof from;
  const bool found = ::connect(fd, to, size) == 0 &&
                     ::getsockname(fd, reinterpret_cast<sockaddr*>(&from), &from_size) == 0;
  ::close(fd);
  return found ? address_in(reinterpret_cast<const sockaddr*>(&from)) : std::nullopt;
}

std::array<std::optional<ip_address>, 2> addresses_of_default_routes() {
  sockaddr_in v4{};  // 192.0.2.1 (RFC 5737)
  v4.sin_family = AF_INET;
  v4.sin_port = htons(9);
  v4.sin_addr.s_addr = htonl(0xc0000201);
  sockaddr_in6 v6{};  // 2001:db8::1 (RFC 3849)
  v6.sin6_family = AF_INET6;
  v6.sin6_port = htons(9);
  v6.sin6_addr.s6_addr[0] = 0x20;
  v6.sin6_addr.s6_addr[1] = 0x01;
  v6.sin6_addr.s6_addr[2] = 0x0d;
  v6.sin6_addr.s6_addr[3] = 0xb8;
  v6.sin6_addr.s6_addr[15] = 1;
  return {source_towards(reinterpret_cast<const sockaddr*>(&v4), sizeof v4),
          source_towards(reinterpret_cast<const sockaddr*>(&v6), sizeof v6)};
}

bool is_hexadecimal(std::string_view text) {
  return text.find_first_not_of("0123456789abcdef") == text.npos;
}

/// Whether a container or virtual machine manager made the interface for a network of this machine
/// alone. Its address is often the same on every machine.
bool is_of_manager(std::string_view name) {
  constexpr std::array<std::string_view, 11> beginnings{"docker", "podman",  "cni",    "virbr",
                                                        "veth",   "lxcbr",   "lxdbr",  "vnet",
                                                        "cali",   "flannel", "vboxnet"};
  if (name.starts_with("br-") && name.size() == 15 && is_hexadecimal(name.substr(3))) return true;
  return std::ranges::any_of(beginnings, [&](auto x) { return name.starts_with(x); });
}

bool is_eligible(const own_address& x) {
  return x.running && !is_link_local(x.address) && !is_of_manager(x.interface);
}

}  // namespace

std::vector<own_address> own_addresses() {
  const auto routed = addresses_of_default_routes();
  const auto list = all_interfaces();
  std::vector<own_address> all;
  for (const auto* x = list.get(); x != nullptr; x = x->ifa_next) {
    const auto address = address_in(x->ifa_addr);
    if (!address || (x->ifa_flags & IFF_LOOPBACK) != 0 || !is_host_address(*address)) continue;
    constexpr unsigned wanted = IFF_UP | IFF_RUNNING;
    all.push_back({x->ifa_name, *address, (x->ifa_flags & wanted) == wanted,
                   std::ranges::find(routed, address) != routed.end()});
  }
  return all;
}

std::optional<own_address> choose_address(std::span<const own_address> from) {
  const own_address* best = nullptr;
  const auto rank = [](const own_address& x) {
    const bool v4 = x.address.is_v4();
    return std::tuple{x.by_default_route && v4, x.by_default_route, v4};
  };
  for (const auto& x : from) {
    if (is_eligible(x) && (best == nullptr || rank(x) > rank(*best))) best = &x;
  }
  return best == nullptr ? std::nullopt : std::optional{*best};
}

std::string list_of(std::span<const own_address> all) {
  std::string text;
  for (const auto& x : all) {
    text += (text.empty() ? "" : ", ") + to_string(x.address) + " (" + x.interface +
            (x.running ? ")" : ", no carrier)");
  }
  return text.empty() ? "none" : text;
}

bool is_own_broadcast(const ip_address& x) {
  const auto list = all_interfaces();
  for (const auto* i = list.get(); i != nullptr; i = i->ifa_next) {
    if ((i->ifa_flags & IFF_BROADCAST) == 0) continue;
    const auto own = address_in(i->ifa_addr);
    const auto mask = address_in(i->ifa_netmask);
    if (!own || !mask || !own->is_v4() || *own == x) continue;
    // A network of one or two addresses has none. The system may tell the own address instead.
    const bool has_one = (mask->low() & 3) == 0;
    if (has_one &&
        ip_address::from_halves(own->high(), own->low() | (~mask->low() & UINT32_MAX)) == x)
      return true;
  }
  return false;
}

}  // namespace scalesmall
