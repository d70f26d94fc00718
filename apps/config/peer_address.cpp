#include "apps/config/peer_address.hpp"

#include <algorithm>

#include "messages/number.hpp"
#include "net/sockets/host_addresses.hpp"

namespace scalesmall {

namespace {

bool is_label(std::string_view text) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
  };
  return !text.empty() && text.size() <= 63 && std::ranges::all_of(text, allowed) &&
         text.front() != '-';
}

bool is_host_name(std::string_view text) {
  // A text whose last label is a number denotes an IPv4 address. Valid ones were accepted earlier.
  if (text.size() > 253 || parse_digits<std::uint64_t>(text.substr(text.rfind('.') + 1)))
    return false;
  for (auto dot = text.find('.'); dot != text.npos; dot = text.find('.')) {
    if (!is_label(text.substr(0, dot))) return false;
    text.remove_prefix(dot + 1);
  }
  return is_label(text);
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
  const auto found = host_addresses(x.host, x.port);
  if (found.empty()) return fault::bad_address;
  return found.front();
}

}  // namespace scalesmall
