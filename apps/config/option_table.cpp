#include "apps/config/option_table.hpp"

#include <algorithm>
#include <array>

#include "apps/config/duration_text.hpp"
#include "apps/config/fixed_claim.hpp"
#include "apps/config/planned_service.hpp"
#include "messages/group_name.hpp"
#include "messages/host_address.hpp"
#include "messages/number.hpp"
#include "ops/files/trim.hpp"

namespace scalesmall {

namespace {

template <class Number>
bool set_number(Number& target, std::string_view value, Number min = 0) {
  const auto number = parse_number<Number>(value);
  if (!number || *number < min) return false;
  target = *number;
  return true;
}

bool set_switch(bool& target, std::string_view value) {
  target = value == "on";
  return target || value == "off";
}

/// At least one second: with less, a node would forget news before it has told them.
bool set_duration(std::chrono::seconds& target, std::string_view value) {
  const auto duration = parse_duration(value);
  if (!duration || *duration < std::chrono::seconds{1}) return false;
  target = *duration;
  return true;
}

bool set_address(options& o, std::string_view value) {
  const auto address = parse_scoped_address(value);
  if (!address || !is_host_address(*address)) return false;
  o.address = *address;
  return true;
}

bool set_multicast_address(options& o, std::string_view value) {
  const auto address = parse_ip_address(value);
  if (!address) return false;
  o.multicast_address = *address;
  return address->is_multicast();
}

/// Adds to the peers that are there. Blanks around a peer and a comma at the end do not count.
bool set_peers(options& o, std::string_view value) {
  for (bool more = true; more;) {
    const auto comma = value.find(',');
    const auto peer = parse_peer_address(trim(value.substr(0, comma)));
    if (!peer) return false;
    if (std::ranges::find(o.peers, *peer) == o.peers.end()) o.peers.push_back(*peer);
    if (comma == value.npos) return true;
    value.remove_prefix(comma + 1);
    more = !trim(value).empty();
  }
  return true;
}

constexpr std::array<std::string_view, 7> log_levels{"trace", "debug",    "info", "warn",
                                                     "error", "critical", "off"};

bool set_log_level(options& o, std::string_view value) {
  o.log_level = value;
  return std::ranges::find(log_levels, value) != log_levels.end();
}

/// A loopback address may be left out.
bool set_http(options& o, std::string_view value) {
  o.http.reset();
  if (value == "off") return true;
  const auto port = parse_digits<std::uint16_t>(value);
  const auto at =
      port ? result<net_id>{net_id{ip_address::v4(127, 0, 0, 1), *port}} : parse_net_id(value);
  if (!at || !is_host_address(at->address)) return false;
  o.http = *at;
  return true;
}

constexpr std::array<option_row, 26> rows{{
    {"address", "GROUP_MANAGER_ADDRESS", "ADDRESS",
     "listen here (127.0.0.1; with keys the interface of the default route)",
     "a numeric IPv4 or IPv6 address of one interface of this machine", &set_address},
    {"port", "GROUP_MANAGER_PORT", "PORT", "listen on this TCP port; 0: any free one (29999)",
     "a port number 0..65535",
     [](options& o, std::string_view v) { return set_number(o.port, v); }},
    {"multicast", "", "on|off", "spread changes by UDP multicast first (on)", "on or off",
     [](options& o, std::string_view v) { return set_switch(o.multicast, v); }},
    {"multicast-address", "GROUP_MANAGER_MULTICAST_ADDRESS", "ADDRESS",
     "multicast group (224.1.1.1, with an IPv6 address ff15::e001:101)",
     "a multicast address, 224.0.0.0 to 239.255.255.255 or from ff00:: on", &set_multicast_address},
    {"multicast-port", "GROUP_MANAGER_MULTICAST_PORT", "PORT", "UDP port of multicast (29999)",
     "a port number 1..65535",
     [](options& o, std::string_view v) {
       return set_number<std::uint16_t>(o.multicast_port, v, 1);
     }},
    {"multicast-ttl", "GROUP_MANAGER_MULTICAST_TTL", "HOPS",
     "how many routers a datagram may pass (4)", "a number 0..255",
     [](options& o, std::string_view v) { return set_number(o.multicast_ttl, v); }},
    {"peers", "", "HOST:PORT,...", "nodes to begin with; may be given several times",
     "a list of host:port separated by commas, with addresses of single hosts, IPv6 addresses in "
     "brackets and ports 1..65535",
     &set_peers},
    {"grace", "", "TIME",
     "how long a removal is remembered for nodes that are cut off meanwhile (10m)",
     "1s to 3650d: a whole number of s, m, h or d",
     [](options& o, std::string_view v) { return set_duration(o.grace, v); }},
    {"forget", "", "TIME", "after how long a node that nobody hears of is forgotten (24h)",
     "1s to 3650d: a whole number of s, m, h or d",
     [](options& o, std::string_view v) { return set_duration(o.forget, v); }},
    {"clock-skew", "", "TIME", "how far the clocks of two nodes that seal may be apart (30s)",
     "1s to 3650d: a whole number of s, m, h or d",
     [](options& o, std::string_view v) { return set_duration(o.clock_skew, v); }},
    {"on-stop", "GROUP_MANAGER_ON_STOP", "keep|leave",
     "what becomes of the node's claims when it stops (keep)", "keep or leave",
     [](options& o, std::string_view v) {
       o.on_stop = v == "leave" ? claims_at_stop::left : claims_at_stop::kept;
       return v == "keep" || v == "leave";
     }},
    {"liveness", "GROUP_MANAGER_LIVENESS", "on|off", "take part in the detection of failures (on)",
     "on or off", [](options& o, std::string_view v) { return set_switch(o.liveness, v); }},
    {"unreachable-after", "GROUP_MANAGER_UNREACHABLE_AFTER", "TIME",
     "how long a node may not answer before it counts as unreachable (2500ms)",
     "250ms to 10m: a whole number of ms, s, m or h",
     [](options& o, std::string_view v) {
       const auto time = parse_short_duration(v);
       if (time) o.unreachable_after = *time;
       return time && *time >= std::chrono::milliseconds{250} && *time <= std::chrono::minutes{10};
     }},
    {"cluster", "", "NAME", "talk to nodes of this cluster only",
     "1 to 255 bytes of UTF-8 without control characters",
     [](options& o, std::string_view v) {
       o.cluster = v;
       return is_group_name(v) && trim(v) == v;
     }},
    {"state", "STATE_DIRECTORY", "DIR",
     "keep here what a restart needs: peers, and what is kept by --keep", "the path of a directory",
     [](options& o, std::string_view v) {
       o.state = v;
       return !v.empty();
     }},
    {"item", "", "GROUP A..B PORT",
     "serve this range whenever the node starts; may be given several times",
     "a group, a range as in 0..99 and a port 1..65535",
     [](options& o, std::string_view v) { return add_fixed_claim(o.items, v); }},
    {"serve", "", "GROUP PORT ...",
     "serve a part of the group by plan whenever the node starts, as the command serve does; may be"
     " given several times",
     "the words of the command serve, once for each group",
     [](options& o, std::string_view v) { return add_planned_service(o.services, v); }},
    {"key-file", "GROUP_MANAGER_KEY_FILE", "FILE",
     "keys, one a line: the first seals what nodes exchange, all open it", "the path of a file",
     [](options& o, std::string_view v) {
       o.key_file = v;
       return !v.empty();
     }},
    {"accept-plain", "", "", "with keys: take plain frames, too, while a cluster changes over",
     "on or off", [](options& o, std::string_view v) { return set_switch(o.accept_plain, v); }},
    {"insecure", "", "", "leave loopback without a key", "on or off",
     [](options& o, std::string_view v) { return set_switch(o.insecure, v); }},
    {"control", "GROUP_MANAGER_CONTROL", "PATH|auto|off",
     "the socket by which others operate the node (node: auto, shell: off)",
     "the path of a socket, auto or off",
     [](options& o, std::string_view v) {
       o.control = v;
       return !v.empty();
     }},
    {"http", "GROUP_MANAGER_HTTP", "[ADDRESS:]PORT|off",
     "tell about the node by HTTP, on loopback unless said otherwise (off)",
     "off, a port number 0..65535, or a numeric address and a port", &set_http},
    {"http-token-file", "GROUP_MANAGER_HTTP_TOKEN_FILE", "FILE",
     "the token in this file lets HTTP change things, too", "the path of a file",
     [](options& o, std::string_view v) {
       o.http_token_file = v;
       return !v.empty();
     }},
    {"json", "", "", "shell: answer each command with one line of JSON", "on or off",
     [](options& o, std::string_view v) { return set_switch(o.json, v); }},
    {"log-level", "", "LEVEL", "what to log on stderr (shell: warn, node: info)",
     "trace, debug, info, warn, error, critical or off", &set_log_level},
    {"log-format", "GROUP_MANAGER_LOG_FORMAT", "text|json",
     "lines for people, or one JSON object each (text)", "text or json",
     [](options& o, std::string_view v) {
       o.log_as_json = v == "json";
       return v == "text" || v == "json";
     }},
}};

}  // namespace

std::span<const option_row> all_options() { return rows; }

const option_row* find_option(std::string_view name) {
  const auto row = std::ranges::find(rows, name, &option_row::name);
  return row == rows.end() ? nullptr : &*row;
}

bool adds_up(const option_row& row) {
  return row.name == "peers" || row.name == "item" || row.name == "serve";
}

}  // namespace scalesmall
