#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "apps/client/client_failure.hpp"
#include "apps/client/follow.hpp"
#include "ops/verbs/command_syntax.hpp"

namespace scalesmall {

/// `attach`: a shell whose lines are verbs for a node in another process, with history and
/// completion as in the shell of a node. Ends at the end of input, at `quit`, and at a signal.
/// @param run carries out one line, given as a command line
[[nodiscard]] follow_outcome attach(
    const std::string& socket, std::ostream& out,
    const std::function<void(std::span<const std::string_view>)>& run);

/// The words of a line of the shell as those of a command line, which knows no quotes.
[[nodiscard]] std::vector<std::string> command_line_of(std::span<const word> words);

}  // namespace scalesmall
