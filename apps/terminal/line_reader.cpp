#include "apps/terminal/line_reader.hpp"

#include <unistd.h>

#include "apps/terminal/pipe_reader.hpp"
#include "apps/terminal/terminal_reader.hpp"

namespace scalesmall {

bool is_interactive() { return ::isatty(STDIN_FILENO) == 1 && ::isatty(STDOUT_FILENO) == 1; }

std::unique_ptr<line_reader> make_line_reader(const stop_signal& stop, completer complete) {
  if (is_interactive()) return std::make_unique<terminal_reader>(stop, std::move(complete));
  return std::make_unique<pipe_reader>(STDIN_FILENO, stop);
}

}  // namespace scalesmall
