#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <scalesmall/net_id.hpp>
#include <scalesmall/result.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "apps/config/peer_address.hpp"

namespace scalesmall {

enum class program_mode : std::uint8_t { shell, node, keygen, help, version };

/// What the command line, the environment and the configuration file say.
struct options {
  program_mode mode = program_mode::help;
  std::optional<ip_address> address;  ///< see listen_address()
  std::uint16_t port = 29999;         ///< 0: any free one
  bool multicast = true;
  std::optional<ip_address> multicast_address;  ///< see multicast_group()
  std::uint16_t multicast_port = 29999;
  std::uint8_t multicast_ttl = 4;   ///< routers that a datagram may pass
  std::vector<peer_address> peers;  ///< seeds
  std::chrono::seconds grace = std::chrono::minutes{10};
  std::chrono::seconds forget = std::chrono::hours{24};
  std::string cluster;
  std::string key_file;       ///< empty: none
  bool accept_plain = false;  ///< takes plain frames although it seals
  bool insecure = false;      ///< may leave loopback without a key
  bool json = false;
  std::optional<std::string> log_level;  ///< by default warn for the shell, info for the node

  friend bool operator==(const options&, const options&) = default;
};

/// The multicast group and port: as given, else 224.1.1.1, or its like ff15::e001:101 for an IPv6
/// address.
[[nodiscard]] net_id multicast_group(const options& x);

/// Why the program does not start: one sentence that names the option, the value and what is
/// allowed.
struct bad_options {
  std::string sentence;
};

using environment = std::map<std::string, std::string, std::less<>>;

/// Content of a file, or nothing if it cannot be read.
using file_reader = std::function<std::optional<std::string>(const std::string& path)>;

/// Reads the arguments (without the program's name), the environment, where an empty variable
/// counts as none, and the file that --config names. What the command line says goes before the
/// environment, and that before the file; a bad value is refused wherever it stands.
[[nodiscard]] result<options, bad_options> parse_options(
    std::span<const std::string_view> arguments, const environment& variables,
    const file_reader& read_file);

/// What --help prints.
[[nodiscard]] std::string usage();

}  // namespace scalesmall
