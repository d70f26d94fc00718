#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <cstring>
#include <random>
#include <scalesmall/net_id.hpp>

#include "messages/number.hpp"

namespace scalesmall {

namespace {

constexpr std::array<std::uint8_t, 12> v4_prefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

}  // namespace

ip_address ip_address::v4(std::uint8_t a, std::uint8_t b, std::uint8_t c, std::uint8_t d) noexcept {
  return {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, a, b, c, d}};
}

bool ip_address::is_v4() const noexcept {
  return std::equal(v4_prefix.begin(), v4_prefix.end(), bytes.begin());
}

bool ip_address::is_loopback() const noexcept {
  static constexpr std::array<std::uint8_t, 16> v6_loopback{0, 0, 0, 0, 0, 0, 0, 0,
                                                            0, 0, 0, 0, 0, 0, 0, 1};
  return is_v4() ? bytes[12] == 127 : bytes == v6_loopback;
}

bool ip_address::is_multicast() const noexcept {
  return is_v4() ? bytes[12] >> 4 == 0xe : bytes[0] == 0xff;
}

std::string to_string(const ip_address& x) {
  char text[INET6_ADDRSTRLEN];
  if (x.is_v4()) {
    ::inet_ntop(AF_INET, x.bytes.data() + v4_prefix.size(), text, sizeof text);
  } else {
    ::inet_ntop(AF_INET6, x.bytes.data(), text, sizeof text);
  }
  return text;
}

result<ip_address> parse_ip_address(std::string_view text) {
  // inet_pton needs a terminated string. A text longer than the longest address cannot be one.
  std::array<char, INET6_ADDRSTRLEN> buffer{};
  if (text.size() >= buffer.size() || text.find('\0') != text.npos) return fault::bad_address;
  std::copy(text.begin(), text.end(), buffer.begin());
  ip_address x;
  if (::inet_pton(AF_INET6, buffer.data(), x.bytes.data()) == 1) return x;
  std::copy(v4_prefix.begin(), v4_prefix.end(), x.bytes.begin());
  if (::inet_pton(AF_INET, buffer.data(), x.bytes.data() + v4_prefix.size()) == 1) return x;
  return fault::bad_address;
}

std::string to_string(const net_id& x) {
  auto host = to_string(x.address);
  return (x.address.is_v4() ? host : '[' + host + ']') + ':' + std::to_string(x.port);
}

result<net_id> parse_net_id(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == text.npos) return fault::bad_port;
  auto host = text.substr(0, colon);
  const bool bracketed = host.size() >= 2 && host.front() == '[' && host.back() == ']';
  if (bracketed) host = host.substr(1, host.size() - 2);
  if (bracketed != (host.find(':') != host.npos)) return fault::bad_address;
  const auto address = parse_ip_address(host);
  if (!address) return address.error();
  const auto port = parse_digits<std::uint16_t>(text.substr(colon + 1));
  if (!port) return fault::bad_port;
  return net_id{*address, *port};
}

}  // namespace scalesmall

namespace {

/// The finisher of SplitMix64 (Steele, Lea, Flood 2014): spreads neighbouring numbers over all
/// bits.
std::uint64_t spread(std::uint64_t x) noexcept {
  x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9U;
  x = (x ^ x >> 27) * 0x94d049bb133111ebU;
  return x ^ x >> 31;
}

/// Others choose the addresses that a node hears of. They must not know which of them fall
/// together.
const std::array<std::uint64_t, 3>& hash_seeds() {
  static const auto seeds = [] {
    std::random_device random;
    std::array<std::uint64_t, 3> drawn{};
    for (auto& x : drawn) x = std::uint64_t{random()} << 32 | random();
    return drawn;
  }();
  return seeds;
}

}  // namespace

std::size_t std::hash<scalesmall::net_id>::operator()(const scalesmall::net_id& x) const noexcept {
  const auto& seeds = hash_seeds();
  const auto high = spread(x.address.high() + seeds[0]);
  const auto low = spread((high ^ x.address.low()) + seeds[1]);
  return static_cast<std::size_t>(spread((low ^ x.port) + seeds[2]));
}
