#include <array>
#include <scalesmall/node_config.hpp>

#include "actors/peers/connectable.hpp"
#include "messages/group_name.hpp"
#include "messages/host_address.hpp"
#include "messages/limits.hpp"

namespace scalesmall {

namespace {

constexpr std::chrono::milliseconds duration_max = std::chrono::days{3650};
/// Nodes keep each other for longer where their number needs it (peer_table::shortest_forget).
constexpr std::chrono::milliseconds forget_min = std::chrono::seconds{1};
constexpr std::chrono::milliseconds unreachable_after_min{250};
constexpr std::chrono::milliseconds unreachable_after_max = std::chrono::minutes{10};
constexpr std::size_t open_requests_limit = 100'000;
constexpr std::size_t host_bytes_max = 253;  // of a name in the domain name system

std::string sentence(std::string_view field, const std::string& value, std::string_view allowed) {
  return std::string{field} + ": \"" + value + "\" is not allowed, it must be " +
         std::string{allowed};
}

bool is_host(const net_id& x) { return is_host_address(x.address); }

std::optional<std::string> wrong_address(const node_config& x) {
  if (!is_host(x.listen))
    return sentence("listen", to_string(x.listen), "an address of this machine");
  const auto& group = x.multicast_group;
  if (!group.address.is_multicast() || group.port == 0)
    return sentence("multicast_group", to_string(group),
                    "a multicast address with a port 1..65535");
  if (x.multicast && group.address.is_v4() != x.listen.address.is_v4())
    return sentence("multicast_group", to_string(group), "of the same family as listen");
  for (const auto& peer : x.peers) {
    if (!is_host(peer) || peer.port == 0)
      return sentence("peers", to_string(peer), "an address of a machine with a port 1..65535");
    if (!is_connectable(x.listen.address, peer))
      return sentence("peers", to_string(peer), "off loopback, unless listen is on loopback");
  }
  for (const auto& [host, port] : x.named_peers) {
    if (host.empty() || host.size() > host_bytes_max || port == 0)
      return sentence("named_peers", host + ':' + std::to_string(port),
                      "a name of 1 to 253 bytes with a port 1..65535");
  }
  return std::nullopt;
}

std::optional<std::string> wrong_duration(const node_config& x) {
  struct field {
    std::string_view name;
    std::chrono::milliseconds value;
    std::chrono::milliseconds min{1};
  };
  const std::array fields{field{"connect_timeout", x.connect_timeout},
                          field{"incoming_idle", x.incoming_idle},
                          field{"outgoing_idle", x.outgoing_idle},
                          field{"announcement_window", x.announcement_window, {}},
                          field{"clock_skew", x.clock_skew},
                          field{"grace", x.grace},
                          field{"forget", x.forget, forget_min}};
  for (const auto& [name, value, min] : fields) {
    if (value < min || value > duration_max)
      return sentence(name, std::to_string(value.count()) + " ms",
                      std::to_string(min.count()) + " ms to 3650 days");
  }
  if (x.unreachable_after < unreachable_after_min || x.unreachable_after > unreachable_after_max)
    return sentence("unreachable_after", std::to_string(x.unreachable_after.count()) + " ms",
                    "250 ms to 10 minutes");
  if (x.outgoing_idle >= x.incoming_idle)
    return sentence("outgoing_idle", std::to_string(x.outgoing_idle.count()) + " ms",
                    "less than incoming_idle");
  return std::nullopt;
}

std::optional<std::string> wrong_item(const node_config& x) {
  for (const auto& [group, range, port] : x.items) {
    if (!is_group_name(group) || is_reserved(group) || port == 0 ||
        range.end_range < range.start_range)
      return sentence("items",
                      group + ' ' + std::to_string(range.start_range) + ".." +
                          std::to_string(range.end_range) + ' ' + std::to_string(port),
                      "a group's name, a range and a port 1..65535");
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> wrong_field(const node_config& x) {
  if (auto wrong = wrong_address(x)) return wrong;
  if (x.multicast_ttl < 0 || x.multicast_ttl > 255)
    return sentence("multicast_ttl", std::to_string(x.multicast_ttl), "0 to 255");
  if (!x.cluster.empty() && !is_group_name(x.cluster))
    return sentence("cluster", x.cluster,
                    "empty or 1 to 255 bytes of UTF-8 without control characters");
  if (auto wrong = wrong_item(x)) return wrong;
  if (x.message_bytes_max == 0 || x.message_bytes_max > limits::message_bytes_max)
    return sentence("message_bytes_max", std::to_string(x.message_bytes_max),
                    "1 to " + std::to_string(limits::message_bytes_max) + " bytes");
  if (x.open_requests_max == 0 || x.open_requests_max > open_requests_limit)
    return sentence("open_requests_max", std::to_string(x.open_requests_max),
                    "1 to " + std::to_string(open_requests_limit));
  return wrong_duration(x);
}

}  // namespace scalesmall
