#include "apps/terminal/terminal_reader.hpp"

#include <algorithm>
#include <cstdio>
#include <cwchar>
#include <unistd.h>

#include "apps/shell/command_syntax.hpp"

namespace scalesmall {

namespace {

constexpr int history_lines = 1'000;

char* prompt(EditLine*) {
  static char text[] = "scalesmall> ";
  return text;
}

/// The longest common prefix of the words.
std::string common_beginning(const std::vector<std::string>& words) {
  auto common = words.front();
  for (const auto& word : words) {
    const auto [end, _] = std::ranges::mismatch(common, word);
    common.erase(end, common.end());
  }
  return common;
}

}  // namespace

terminal_reader::terminal_reader(const stop_signal& stop, completer complete)
    : stop_(stop),
      complete_(std::move(complete)),
      history_(::history_init(), &::history_end),
      editor_(::el_init("scalesmall", stdin, stdout, stderr), &::el_end) {
  HistEvent event;
  ::history(history_.get(), &event, H_SETSIZE, history_lines);
  ::history(history_.get(), &event, H_SETUNIQUE, 1);

  auto* editor = editor_.get();
  ::el_set(editor, EL_CLIENTDATA, this);
  ::el_set(editor, EL_PROMPT, &prompt);
  ::el_set(editor, EL_EDITOR, "emacs");
  ::el_set(editor, EL_HIST, &::history, history_.get());
  ::el_set(editor, EL_GETCFN, &terminal_reader::read_character);
  // The narrow function copies both texts and never frees them; the wide one does not.
  ::el_wset(editor, EL_ADDFN, L"complete_word", L"completes the word before the cursor",
            &terminal_reader::complete_word);
  ::el_set(editor, EL_BIND, "^I", "complete_word", nullptr);

  // libedit prints the prompt before it changes the mode of the terminal, and restores the mode
  // after each line. The kernel would handle a control-D that is typed in between, and pass it on
  // as NUL. For libedit, NUL is the key that quotes the next character, because NUL also means `no
  // character` in the settings of the terminal. So the terminal keeps the editing mode from the
  // first line to the end of the editor, and NUL is bound to a harmless command.
  ::el_set(editor, EL_SETTY, "-x", "-icanon", "-echo", nullptr);
  ::el_set(editor, EL_BIND, "^@", "em-set-mark", nullptr);
}

std::optional<std::string> terminal_reader::next() {
  int length = 0;
  const char* text = ::el_gets(editor_.get(), &length);
  if (text == nullptr || length <= 0 || stop_.requested()) {
    std::fputc('\n', stdout);
    return std::nullopt;
  }
  std::string line{text, std::min(static_cast<std::size_t>(length), line_bytes_max + 1)};
  while (line.ends_with('\n')) line.pop_back();
  if (!line.empty()) {
    HistEvent event;
    ::history(history_.get(), &event, H_ENTER, line.c_str());
  }
  return line;
}

terminal_reader& terminal_reader::self(EditLine* editor) {
  void* data = nullptr;
  ::el_get(editor, EL_CLIENTDATA, &data);
  return *static_cast<terminal_reader*>(data);
}

/// Replaces the reading function of libedit, which does not wake up at a stop. Returns 1 for a
/// character, 0 for the end.
int terminal_reader::read_character(EditLine* editor, wchar_t* character) {
  const auto& reader = self(editor);
  std::mbstate_t state{};
  for (;;) {
    char byte = 0;
    if (!reader.stop_.wait_readable(STDIN_FILENO) || ::read(STDIN_FILENO, &byte, 1) != 1) return 0;
    const auto n = std::mbrtowc(character, &byte, 1, &state);
    if (n == static_cast<std::size_t>(-1))
      state = {};  // skip a byte that is invalid in this encoding
    else if (n != static_cast<std::size_t>(-2))
      return 1;
  }
}

unsigned char terminal_reader::complete_word(EditLine* editor, int) {
  const auto* line = ::el_line(editor);
  const std::string_view before{line->buffer,
                                static_cast<std::size_t>(line->cursor - line->buffer)};
  const auto words = self(editor).complete_(before);
  if (words.empty()) return CC_REFRESH_BEEP;

  auto rest = common_beginning(words).substr(before.size() - (before.find_last_of(" \t") + 1));
  if (words.size() == 1) rest += ' ';
  if (!rest.empty()) return ::el_insertstr(editor, rest.c_str()) == 0 ? CC_REFRESH : CC_ERROR;

  std::fputc('\n', stdout);
  for (const auto& word : words) std::printf("%s  ", word.c_str());
  std::fputc('\n', stdout);
  return CC_REDISPLAY;
}

}  // namespace scalesmall
