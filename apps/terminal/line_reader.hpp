#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "apps/terminal/stop_signal.hpp"

namespace scalesmall {

/// The source of the lines of the shell.
class line_reader {
public:
  line_reader() = default;
  line_reader(const line_reader&) = delete;
  line_reader& operator=(const line_reader&) = delete;
  virtual ~line_reader() = default;

  /// The next line without its newline; nothing at the end of input or when the program is to stop.
  /// Of a line over line_bytes_max (command_syntax.hpp) only line_bytes_max + 1 bytes are kept, so
  /// that the shell still refuses it.
  [[nodiscard]] virtual std::optional<std::string> next() = 0;
};

/// Returns the words that may complete the last word of a line.
using completer = std::function<std::vector<std::string>(std::string_view line)>;

/// Whether both standard input and standard output are a terminal.
[[nodiscard]] bool is_interactive();

/// Makes a reader of standard input: with a prompt, editing, history and completion if
/// is_interactive(), otherwise plain. `stop` must outlive the reader.
[[nodiscard]] std::unique_ptr<line_reader> make_line_reader(const stop_signal& stop,
                                                            completer complete);

}  // namespace scalesmall
