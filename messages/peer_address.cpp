#include "messages/peer_address.hpp"

#include <algorithm>

#include "messages/host_address.hpp"
#include "messages/number.hpp"

namespace scalesmall {

namespace {

bool is_label(std::string_view text) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
  };
  return !text.empty() && text.size() <= 63 && std::ranges::all_of(text, allowed) &&
         text.front() != '-';
}

bool is_host_name(std::string_view text) {
  if (text.ends_with('.')) text.remove_suffix(1);  // the name is complete (RFC 1034)
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

result<ip_address> parse_scoped_address(std::string_view text) {
  const auto percent = text.find('%');
  const auto address = parse_ip_address(text.substr(0, percent));
  if (percent == text.npos || !address) return address;
  const bool has_zone = !address->is_v4() && is_link_local(*address) && percent + 1 < text.size();
  if (!has_zone) return fault::bad_address;
  return address;
}

result<peer_address> parse_peer_address(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == text.npos) return fault::bad_port;
  const auto port = parse_digits<std::uint16_t>(text.substr(colon + 1));
  if (!port || *port == 0) return fault::bad_port;

  auto host = text.substr(0, colon);
  const bool bracketed = host.size() >= 2 && host.front() == '[' && host.back() == ']';
  if (bracketed) host = host.substr(1, host.size() - 2);
  if (const auto numeric = parse_scoped_address(host)) {
    const bool colons = host.find(':') != host.npos;
    if (colons != bracketed || !is_host_address(*numeric)) return fault::bad_address;
    return peer_address{to_string(*numeric), *port};
  }
  if (bracketed || !is_host_name(host)) return fault::bad_address;
  return peer_address{std::string{host}, *port};
}

}  // namespace scalesmall
