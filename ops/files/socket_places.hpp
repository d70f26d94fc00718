#pragma once

#include <functional>
#include <optional>
#include <scalesmall/net_id.hpp>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <vector>

/// Where the sockets of running nodes are, unless somebody says otherwise.
namespace scalesmall {

/// The value of an environment variable; nothing if it is not set or empty.
using variable_reader = std::function<std::optional<std::string>(const char* name)>;

/// The variables of this process.
[[nodiscard]] std::optional<std::string> read_variable(const char* name);

/// Where the socket of a node is made: "ADDRESS-PORT.sock" in $RUNTIME_DIRECTORY, which systemd
/// makes; otherwise in $XDG_RUNTIME_DIR/scalesmall; otherwise in /tmp/scalesmall-UID.
[[nodiscard]] std::string socket_path(const net_id& node, uid_t user,
                                      const variable_reader& variable = read_variable);

/// The directories in which a user's clients look for sockets: those above, and /run/scalesmall.
[[nodiscard]] std::vector<std::string> socket_directories(
    uid_t user, const variable_reader& variable = read_variable);

/// Makes the directory of a path with mode 0700, if it is not there. False if it is not there then,
/// or if another user but root may change it.
[[nodiscard]] bool make_directory_of(const std::string& path);

/// Whether a directory is there and nobody but this user and root may change it.
[[nodiscard]] bool is_safe_directory(const std::string& path);

}  // namespace scalesmall
