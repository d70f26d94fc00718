#include "apps/peer_address.hpp"

#include <algorithm>
#include <memory>
#include <netdb.h>
#include <netinet/in.h>

#include "messages/number.hpp"

namespace scalesmall {

namespace {

bool is_host_name(std::string_view text) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.';
  };
  // What ends in a number is an IPv4 address, and not a right one if it comes here.
  const auto last = text.substr(text.rfind('.') + 1);
  return !text.empty() && text.size() <= 253 && std::ranges::all_of(text, allowed) &&
         text.front() != '-' && text.front() != '.' && !parse_digits<std::uint64_t>(last);
}

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

std::string to_string(const peer_address& x) {
  const bool v6 = x.host.find(':') != std::string::npos;
  return (v6 ? '[' + x.host + ']' : x.host) + ':' + std::to_string(x.port);
}

result<peer_address> parse_peer_address(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == text.npos) return fault::bad_port;
  const auto port = parse_digits<std::uint16_t>(text.substr(colon + 1));
  if (!port || *port == 0) return fault::bad_port;

  if (const auto numeric = parse_net_id(text)) {
    return peer_address{to_string(numeric->address), *port};
  }
  const auto host = text.substr(0, colon);
  if (!is_host_name(host)) return fault::bad_address;
  return peer_address{std::string{host}, *port};
}

result<net_id> resolve(const peer_address& x) {
  if (const auto numeric = parse_ip_address(x.host)) return net_id{*numeric, x.port};

  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* list = nullptr;
  if (::getaddrinfo(x.host.c_str(), nullptr, &hints, &list) != 0) return fault::bad_address;
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner{list, &::freeaddrinfo};

  for (const int family : {AF_INET, AF_INET6}) {
    for (const auto* entry = list; entry != nullptr; entry = entry->ai_next) {
      if (entry->ai_family == family) return net_id{address_of(*entry), x.port};
    }
  }
  return fault::bad_address;
}

}  // namespace scalesmall
