#pragma once

#include <ostream>

#include "apps/shell/node_control.hpp"
#include "apps/shell/pause.hpp"
#include "apps/terminal/line_reader.hpp"

namespace scalesmall {

enum class output_form : bool { text, json };

/// Carries out one line after the other until `quit`, the end of input or a stop, and writes each
/// answer to `out` before it reads on. Blank lines and those that begin with # are skipped. True if
/// no command failed.
[[nodiscard]] bool run_shell(node_control& node, pause& time, line_reader& lines, std::ostream& out,
                             output_form form);

}  // namespace scalesmall
