#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <scalesmall/net_id.hpp>
#include <scalesmall/node_config.hpp>
#include <scalesmall/result.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "apps/config/planned_service.hpp"
#include "messages/peer_address.hpp"

namespace scalesmall {

enum class program_mode : std::uint8_t { shell, node, keygen, help, version };

/// The options given by command line, environment and configuration file.
struct options {
  program_mode mode = program_mode::help;
  std::optional<ip_address> address;  ///< see listen_address()
  std::uint16_t port = 29999;         ///< 0: any free port
  bool multicast = true;
  std::optional<ip_address> multicast_address;  ///< see multicast_group()
  std::uint16_t multicast_port = 29999;
  std::uint8_t multicast_ttl = 4;   ///< number of routers that a datagram may pass
  std::vector<peer_address> peers;  ///< seeds
  std::chrono::seconds grace = std::chrono::minutes{10};
  std::chrono::seconds forget = std::chrono::hours{24};
  std::chrono::seconds clock_skew{30};
  claims_at_stop on_stop = claims_at_stop::kept;
  bool liveness = true;
  std::chrono::milliseconds unreachable_after{2'500};
  std::string cluster;
  std::string state;  ///< a directory; empty: none
  std::vector<node_config::fixed_claim> items;
  std::vector<planned_service> services;
  std::string key_file;       ///< empty: none
  bool accept_plain = false;  ///< with keys: accept unsealed frames, too
  bool insecure = false;      ///< allow an address other than loopback without keys
  bool json = false;
  /// The path of the socket by which the node is operated; "auto": the usual one; "off": none.
  /// Default: auto for the node, off for the shell.
  std::optional<std::string> control;
  std::optional<net_id> http;            ///< where to listen for HTTP; nothing: nowhere
  std::string http_token_file;           ///< empty: none
  std::optional<std::string> log_level;  ///< default: warn for the shell, info for the node
  bool log_as_json = false;
  std::vector<std::string> notes;  ///< what was passed over, one sentence each, for the log
  std::map<std::string, std::string> given;  ///< the texts of the options that are given, by name

  friend bool operator==(const options&, const options&) = default;
};

/// The multicast group and port. The default group is 224.1.1.1, or ff15::e001:101 if the node
/// listens on an IPv6 address.
[[nodiscard]] net_id multicast_group(const options& x);

/// Why the program does not start: one sentence that names the option, the value and the allowed
/// values.
struct bad_options {
  std::string sentence;
};

using environment = std::map<std::string, std::string, std::less<>>;

/// Why a file cannot be read, in the words of the system; may be empty.
struct unreadable {
  std::string why;
};

/// Reads a whole file.
using file_reader = std::function<result<std::string, unreadable>(const std::string& path)>;

/// Reads the arguments (without the name of the program), the environment and the file that
/// --config names. The command line takes precedence over the environment, and the environment over
/// the file. An empty environment variable counts as unset, and so does one that the command line
/// overrides. A variable that Kubernetes has set for a service of that name is passed over with a
/// note. Any other bad value is an error. Within one of the three an option may be given once, but
/// peers, items and services add up.
[[nodiscard]] result<options, bad_options> parse_options(
    std::span<const std::string_view> arguments, const environment& variables,
    const file_reader& read_file);

/// The text that --help prints.
[[nodiscard]] std::string usage();

}  // namespace scalesmall
