#pragma once

#include <ostream>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ops/files/socket_places.hpp"

namespace scalesmall {

/// What a client ends with. Scripts go by these.
enum class client_status : int {
  done = 0,
  refused = 1,  ///< the node said no
  usage = 2,    ///< the command line is wrong, or fits several nodes
  no_node = 3,
  unmet = 4,  ///< the node answered, and what was asked for is not so
  not_allowed = 5,
};

/// Asks a running node what a command line says, and writes the answer.
/// @pre is_client_command(arguments)
[[nodiscard]] client_status run_client(std::span<const std::string_view> arguments,
                                       std::ostream& out, std::ostream& err,
                                       const variable_reader& variable = read_variable);

/// The sockets in these directories, ascending. Leaves out directories in /tmp that another user
/// may change.
[[nodiscard]] std::vector<std::string> sockets_in(const std::vector<std::string>& directories);

}  // namespace scalesmall
