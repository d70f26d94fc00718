#pragma once

#include <memory>
#include <optional>
#include <string>

#include <histedit.h>

#include "apps/terminal/line_reader.hpp"

namespace scalesmall {

/// Lines from a person at a terminal: prompt, Emacs-like editing, history of this session,
/// completion by the tab key.
class terminal_reader final : public line_reader {
public:
  /// Reads stdin and writes stdout, both of which must be the terminal.
  terminal_reader(const stop_signal& stop, completer complete);

  [[nodiscard]] std::optional<std::string> next() override;

private:
  static terminal_reader& self(EditLine* editor);
  static int read_character(EditLine* editor, wchar_t* character);
  static unsigned char complete_word(EditLine* editor, int key);

  const stop_signal& stop_;
  completer complete_;
  std::unique_ptr<History, decltype(&::history_end)> history_;
  std::unique_ptr<EditLine, decltype(&::el_end)> editor_;
};

}  // namespace scalesmall
