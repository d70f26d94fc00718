#pragma once

#include <memory>
#include <optional>
#include <string>

#include <histedit.h>

#include "apps/terminal/line_reader.hpp"
#include "ops/files/descriptor.hpp"

namespace scalesmall {

/// Reads lines from a terminal with a prompt, Emacs-like editing, the history of this session and
/// completion by the tab key. The terminal's bytes are UTF-8, whatever the environment says; a line
/// with other bytes is refused and not returned. Takes the terminal over again when the program
/// goes on after a stop (SIGCONT), and follows its size (SIGWINCH).
class terminal_reader final : public line_reader {
public:
  /// Reads stdin and writes stdout; both must be the terminal. `stop` must outlive the reader.
  terminal_reader(const stop_signal& stop, completer complete);

  [[nodiscard]] std::optional<std::string> next() override;

private:
  static terminal_reader& self(EditLine* editor);
  static int read_character(EditLine* editor, wchar_t* character);
  static unsigned char complete_word(EditLine* editor, int key);
  bool take_terminal_signal();

  const stop_signal& stop_;
  completer complete_;
  descriptor signals_;
  bool invalid_ = false;  ///< the line that is being typed held bytes that are not UTF-8
  std::unique_ptr<History, decltype(&::history_end)> history_;
  std::unique_ptr<EditLine, decltype(&::el_end)> editor_;
};

}  // namespace scalesmall
