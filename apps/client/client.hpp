#pragma once

#include <ostream>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "apps/client/client_failure.hpp"
#include "ops/files/socket_places.hpp"

namespace scalesmall {

/// Asks a running node what a command line says, and writes the answer.
/// @pre is_client_command(arguments)
[[nodiscard]] client_status run_client(std::span<const std::string_view> arguments,
                                       std::ostream& out, std::ostream& err,
                                       const variable_reader& variable = read_variable);

/// The sockets in these directories, ascending. Leaves out directories in /tmp that another user
/// may change.
[[nodiscard]] std::vector<std::string> sockets_in(const std::vector<std::string>& directories);

}  // namespace scalesmall
