#pragma once

#include <ostream>

#include "apps/terminal/line_reader.hpp"
#include "ops/verbs/node_control.hpp"
#include "ops/verbs/pause.hpp"

namespace scalesmall {

enum class output_form : bool { text, json };

/// Executes lines one after the other until `quit`, the end of input or a stop. Each answer is
/// written to `out` before the next line is read. Blank lines and lines that begin with # are
/// skipped. Ends, too, when `out` takes no more. Returns whether every command succeeded and
/// every answer was written.
[[nodiscard]] bool run_shell(node_control& node, pause& time, line_reader& lines, std::ostream& out,
                             output_form form);

}  // namespace scalesmall
