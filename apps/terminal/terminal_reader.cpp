#include "apps/terminal/terminal_reader.hpp"

#include <algorithm>
#include <clocale>
#include <csignal>
#include <cstdio>
#include <cwchar>
#include <sys/signalfd.h>
#include <unistd.h>

#include "ops/verbs/command_syntax.hpp"

namespace scalesmall {

namespace {

constexpr int history_lines = 1'000;

/// The key that draws the line again: control-underscore.
constexpr wchar_t redisplay_key = L'\x1f';

/// The signals that concern the terminal; stop_signal has blocked them.
int open_terminal_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGCONT);
  sigaddset(&set, SIGWINCH);
  return ::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

/// The encoding of the line editor, and of mbrtowc. Without it only ASCII is understood.
void take_utf8() {
  if (std::setlocale(LC_CTYPE, "C.UTF-8") == nullptr) std::setlocale(LC_CTYPE, "C.utf8");
}

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
      signals_(open_terminal_signals(), "signalfd"),
      history_(::history_init(), &::history_end),
      editor_((take_utf8(), ::el_init("scalesmall", stdin, stdout, stderr)), &::el_end) {
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
  ::el_set(editor, EL_BIND, "^_", "ed-redisplay", nullptr);

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
  const char* text = nullptr;
  do {
    if (invalid_) std::fputs("error: the line is not UTF-8, so it is not carried out\n", stdout);
    invalid_ = false;
    text = ::el_gets(editor_.get(), &length);
    if (text == nullptr || length <= 0 || stop_.requested()) {
      std::fputc('\n', stdout);
      return std::nullopt;
    }
  } while (invalid_);
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
  auto& reader = self(editor);
  std::mbstate_t state{};
  for (;;) {
    const auto input = reader.stop_.wait_readable(STDIN_FILENO, reader.signals_.get());
    if (input == stop_signal::input::none) return 0;
    if (input == stop_signal::input::second) {
      if (!reader.take_terminal_signal()) continue;
      *character = redisplay_key;
      return 1;
    }
    char byte = 0;
    if (::read(STDIN_FILENO, &byte, 1) != 1) return 0;
    const auto n = std::mbrtowc(character, &byte, 1, &state);
    if (n == static_cast<std::size_t>(-1)) {
      state = {};
      reader.invalid_ = true;
    } else if (n != static_cast<std::size_t>(-2)) {
      return 1;
    }
  }
}

/// True if the line is to be drawn again.
bool terminal_reader::take_terminal_signal() {
  signalfd_siginfo info{};
  if (::read(signals_.get(), &info, sizeof info) != sizeof info) return false;
  if (info.ssi_signo == SIGWINCH) {
    ::el_resize(editor_.get());
    return false;
  }
  // A program in the background that changed the terminal would be stopped again.
  if (::tcgetpgrp(STDIN_FILENO) != ::getpgrp()) return false;
  // The login shell gave the terminal its own modes. libedit sets its modes only if it believes
  // that the terminal has others.
  ::el_set(editor_.get(), EL_PREP_TERM, 0);
  ::el_set(editor_.get(), EL_PREP_TERM, 1);
  return true;
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
