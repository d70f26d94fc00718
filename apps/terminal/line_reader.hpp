#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "apps/terminal/stop_signal.hpp"

namespace scalesmall {

/// Where the shell's lines come from.
class line_reader {
public:
  line_reader() = default;
  line_reader(const line_reader&) = delete;
  line_reader& operator=(const line_reader&) = delete;
  virtual ~line_reader() = default;

  /// The next line without its end, or nothing at the end of input or when the program is to stop.
  /// Of a line longer than line_bytes_max only so much is kept that it is still too long.
  [[nodiscard]] virtual std::optional<std::string> next() = 0;
};

/// Words that may complete the last word of a line.
using completer = std::function<std::vector<std::string>(std::string_view line)>;

/// Whether a person sits at standard input and output.
[[nodiscard]] bool is_interactive();

/// Reads standard input: with prompt, editing, history and completion if a person sits at it, else
/// plainly. `stop` must outlive the reader.
[[nodiscard]] std::unique_ptr<line_reader> make_line_reader(const stop_signal& stop,
                                                            completer complete);

}  // namespace scalesmall
