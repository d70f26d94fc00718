#include "apps/config/options.hpp"

#include <algorithm>
#include <array>
#include <sstream>

#include "apps/config/config_file.hpp"
#include "apps/config/duration_text.hpp"
#include "apps/config/fixed_claim.hpp"
#include "apps/config/plain_value.hpp"
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

struct option_row {
  std::string_view name;
  std::string_view variable;  ///< name of the environment variable; empty: none
  std::string_view argument;  ///< empty: a switch, which also accepts =on and =off
  std::string_view help;
  std::string_view allowed;
  bool (*set)(options&, std::string_view value);
};

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

/// Whether an option may be given several times.
bool adds_up(const option_row& row) { return row.name == "peers" || row.name == "item"; }

constexpr std::array<option_row, 24> rows{{
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
    {"liveness", "GROUP_MANAGER_LIVENESS", "on|off",
     "take part in the detection of failures, which is new (off)", "on or off",
     [](options& o, std::string_view v) { return set_switch(o.liveness, v); }},
    {"unreachable-after", "GROUP_MANAGER_UNREACHABLE_AFTER", "TIME",
     "with --liveness: how long a node may not answer (2500ms)",
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
}};

const option_row* find_row(std::string_view name) {
  const auto row = std::ranges::find(rows, name, &option_row::name);
  return row == rows.end() ? nullptr : &*row;
}

std::string in_quotes(std::string_view text) { return '"' + std::string{text} + '"'; }

/// Whether Kubernetes made this value: it gives each pod the variables NAME_PORT=tcp://... for each
/// service, and so GROUP_MANAGER_PORT for a service called group-manager.
bool is_of_a_service(std::string_view value) { return value.find("://") != value.npos; }

/// Collects the options layer by layer and keeps the first error.
class parser {
public:
  void fail(std::string sentence) {
    if (sentence_.empty()) sentence_ = std::move(sentence);
  }

  /// The options given from now on replace those given before, instead of being given twice.
  void begin_layer() { given_.clear(); }

  void set(const option_row& row, std::string_view value, value_source source,
           const std::string& origin = "") {
    const auto name = "--" + std::string{row.name} + origin;
    const bool first = std::ranges::find(given_, &row) == given_.end();
    given_.push_back(&row);
    if (!first && !adds_up(row))
      return fail(name + ": " + in_quotes(value) + " is not allowed, the option may be given once");
    if (first && row.name == "peers") options_.peers.clear();
    if (first && row.name == "item") options_.items.clear();
    const auto plain = plain_value(value, source);
    if (!plain)
      return fail(name + ": " + in_quotes(value) + " is not allowed, " + plain.error().why);
    if (!row.set(options_, *plain))
      fail(name + ": " + in_quotes(value) + " is not allowed, it must be " +
           std::string{row.allowed});
  }

  void read_file(const std::string& path, const file_reader& read) {
    begin_layer();
    const auto text = read(path);
    if (!text)
      return fail("--config: " + in_quotes(path) + " is not a file that can be read" +
                  (text.error().why.empty() ? "" : ": " + text.error().why));
    if (text->starts_with(byte_order_mark))
      return fail("--config: line 1 of " + path +
                  " begins with a byte order mark (BOM), it must be UTF-8 without one");
    if (text->find('\0') != text->npos)
      return fail("--config: " + in_quotes(path) + " is not a text in UTF-8");
    const auto settings = parse_config(*text);
    if (!settings) {
      return fail("--config: " + in_quotes(settings.error().text) + " in line " +
                  std::to_string(settings.error().line) + " of " + path +
                  " is not allowed, it must be name = value, a comment or blank");
    }
    for (const auto& [name, value, line] : *settings) {
      const auto place = " (line " + std::to_string(line) + " of " + path + ")";
      if (const auto* row = find_row(name)) {
        set(*row, value, value_source::text, place);
      } else {
        fail("--config: " + in_quotes(name) + place +
             " is not an option, it must be one of those that --help lists, without dashes");
      }
    }
  }

  /// @param overridden  whether the command line gives this option
  void read_environment(const environment& variables,
                        const std::function<bool(std::string_view name)>& overridden) {
    begin_layer();
    for (const auto& row : rows) {
      if (row.variable.empty()) continue;  // an entry of the environment may have no name either
      const auto found = variables.find(row.variable);
      if (found == variables.end() || found->second.empty() || overridden(row.name)) continue;
      if (is_of_a_service(found->second)) {
        options_.notes.push_back("the variable " + found->first +
                                 " is passed over: " + in_quotes(found->second) +
                                 " is what Kubernetes sets for a service of that name");
        continue;
      }
      // systemd may name several directories; the first one is the node's.
      const auto value =
          row.name == "state" ? found->second.substr(0, found->second.find(':')) : found->second;
      set(row, value, value_source::text, " (" + found->first + ")");
    }
  }

  [[nodiscard]] result<options, bad_options> finish(program_mode mode) && {
    options_.mode = mode;
    const auto address = options_.address.value_or(ip_address::v4(127, 0, 0, 1));
    if (!address.is_loopback() && options_.key_file.empty() && !options_.insecure) {
      fail("--address: " + in_quotes(to_string(address)) +
           " is not allowed without a key, it must be a loopback address (127.0.0.0/8 or ::1)"
           " unless --insecure is given");
    }
    if (const auto group = multicast_group(options_).address;
        options_.multicast && group.is_v4() != address.is_v4()) {
      fail("--multicast-address: " + in_quotes(to_string(group)) +
           " is not allowed with the address " + to_string(address) +
           ", it must be of the same family, IPv4 or IPv6");
    }
    const auto far = std::ranges::find_if(options_.peers, [](const peer_address& x) {
      const auto numeric = parse_ip_address(x.host);
      return numeric && !numeric->is_loopback();
    });
    if (may_be_loopback() && address.is_loopback() && far != options_.peers.end()) {
      fail("--peers: " + in_quotes(to_string(*far)) + " is not allowed with the loopback address " +
           to_string(address) +
           ", under which that peer cannot reach this node: give --address, with --key-file or"
           " --insecure");
    }
    if (options_.http && !options_.http->address.is_loopback() &&
        options_.http_token_file.empty()) {
      fail("--http: " + in_quotes(to_string(*options_.http)) +
           " is not allowed without a token, it must be a loopback address unless"
           " --http-token-file is given");
    }
    if (!sentence_.empty()) return bad_options{std::move(sentence_)};
    return std::move(options_);
  }

private:
  /// With a key and without an address the node takes an address that is not loopback.
  [[nodiscard]] bool may_be_loopback() const {
    return options_.address || options_.key_file.empty();
  }

  std::vector<const option_row*> given_;
  options options_;
  std::string sentence_;
};

struct named_value {
  std::string_view name;
  std::string_view value;
};

/// The parts of the command line; the values are not checked yet.
struct command_line {
  program_mode mode = program_mode::help;
  std::vector<named_value> values;
  std::optional<std::string_view> config;
};

result<command_line, bad_options> take_apart(std::span<const std::string_view> arguments) {
  command_line line;
  if (std::ranges::find(arguments, "--help") != arguments.end()) return line;
  if (std::ranges::find(arguments, "--version") != arguments.end()) {
    line.mode = program_mode::version;
    return line;
  }
  const auto mode = arguments.empty() ? std::string_view{} : arguments.front();
  if (mode == "keygen" && arguments.size() == 1) {
    line.mode = program_mode::keygen;
    return line;
  }
  if (mode == "keygen")
    return bad_options{in_quotes(arguments[1]) + " is not allowed after keygen"};
  if (mode != "shell" && mode != "node") {
    return bad_options{
        in_quotes(mode) +
        " is not allowed, it must be shell or node, keygen or a verb; --help lists them"};
  }
  line.mode = mode == "shell" ? program_mode::shell : program_mode::node;

  for (std::size_t i = 1; i < arguments.size(); ++i) {
    const auto argument = arguments[i];
    if (!argument.starts_with("--")) {
      return bad_options{in_quotes(argument) +
                         " is not an option, it must be one that --help lists"};
    }
    const auto equals = argument.find('=');
    const auto name = argument.substr(2, equals == argument.npos ? equals : equals - 2);
    const auto* row = find_row(name);
    if (row == nullptr && name != "config") {
      return bad_options{"--" + std::string{name} +
                         " is not an option, it must be one that --help lists"};
    }

    std::string_view value = "on";
    if (equals != argument.npos) {
      value = argument.substr(equals + 1);
    } else if (row == nullptr || !row->argument.empty()) {
      if (++i == arguments.size()) {
        return bad_options{"--" + std::string{name} + ": the value is missing, it must be " +
                           std::string{row == nullptr ? "the path of a file" : row->allowed}};
      }
      value = arguments[i];
    }
    if (row == nullptr && line.config) {
      return bad_options{"--config: " + in_quotes(value) +
                         " is not allowed, the option may be given once"};
    }
    if (row == nullptr) {
      line.config = value;
    } else {
      line.values.push_back({name, value});
    }
  }
  return line;
}

}  // namespace

net_id multicast_group(const options& x) {
  const auto v4 = ip_address::v4(224, 1, 1, 1);
  const ip_address v6{{0xff, 0x15, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 224, 1, 1, 1}};
  const bool is_v6 = x.address && !x.address->is_v4();
  return {x.multicast_address.value_or(is_v6 ? v6 : v4), x.multicast_port};
}

result<options, bad_options> parse_options(std::span<const std::string_view> arguments,
                                           const environment& variables,
                                           const file_reader& read_file) {
  const auto line = take_apart(arguments);
  if (!line) return line.error();

  parser layers;
  if (line->mode == program_mode::shell || line->mode == program_mode::node) {
    if (line->config) layers.read_file(std::string{*line->config}, read_file);
    layers.read_environment(variables, [&](std::string_view name) {
      return std::ranges::find(line->values, name, &named_value::name) != line->values.end();
    });
    layers.begin_layer();
    for (const auto& [name, value] : line->values)
      layers.set(*find_row(name), value, value_source::command_line);
  }
  return std::move(layers).finish(line->mode);
}

std::string usage() {
  std::ostringstream text;
  text << "usage: scalesmall shell [options]   a node with an interactive shell\n"
          "       scalesmall node [options]    a node alone, until SIGINT or SIGTERM\n"
          "       scalesmall keygen            prints a new key for --key-file\n"
          "       scalesmall VERB [...]        asks or operates a node that runs, see below\n"
          "       scalesmall --help | --version\n\n"
          "options (the command line goes before the environment, that before the file):\n";
  for (const auto& row : rows) {
    const auto left = "--" + std::string{row.name} + (row.argument.empty() ? "" : " ") +
                      std::string{row.argument};
    text << "  " << left << std::string(32 - left.size(), ' ') << row.help << '\n';
    if (!row.variable.empty())
      text << std::string(34, ' ') << "environment: " << row.variable << '\n';
  }
  text << "  --config FILE" << std::string(19, ' ')
       << "lines of name = value, # begins a line of comment\n";
  return text.str();
}

}  // namespace scalesmall
