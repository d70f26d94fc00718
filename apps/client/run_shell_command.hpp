#pragma once

#include <string>
#include <vector>

namespace scalesmall {

/// Runs a command of the system's shell to its end.
/// @param input     its standard input
/// @param variables "NAME=VALUE", besides those of this process
/// @returns how it failed: "has ended with status 3", "was killed by signal 9", "cannot be run:
///   ..."; empty if it did not
[[nodiscard]] std::string run_shell_command(const std::string& command, const std::string& input,
                                            const std::vector<std::string>& variables);

}  // namespace scalesmall
