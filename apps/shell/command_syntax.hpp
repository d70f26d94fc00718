#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <scalesmall/item.hpp>
#include <scalesmall/result.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "apps/config/peer_address.hpp"
#include "apps/shell/command_error.hpp"

/// How a line becomes words, and words become checked arguments. A pattern such as "GROUP FROM TO
/// PORT" says what a command takes; each capital word is a placeholder with a meaning of its own,
/// brackets mark what may be left out, dots what may be repeated, two dashes a word that stands for
/// itself and announces the next. The same pattern is what `help`
/// prints and what completion goes by.
namespace scalesmall {

/// The longest line that a shell takes, in bytes.
inline constexpr std::size_t line_bytes_max = 65'536;

/// The arguments of one command; only those that its pattern names are set.
struct arguments {
  std::string group;
  key_range range;
  std::uint16_t port = 0;
  std::uint32_t key = 0;
  std::vector<peer_address> peers;
  std::optional<scalesmall::op> op;
  std::size_t count = 0;
  std::optional<std::chrono::milliseconds> seconds;
  std::string path;
  std::string fingerprint;
  std::string command;
};

struct word {
  std::string text;
  bool quoted = false;  ///< it stood in double quotes

  friend bool operator==(const word&, const word&) = default;
};

/// The words of a line. Blanks part them; a word that begins with a double quote goes to the next
/// one and may hold blanks, \" and \\. Refuses an open quote and a line over line_bytes_max.
[[nodiscard]] result<std::vector<word>, command_error> split_words(std::string_view line);

/// Reads the words that follow a command's name; refuses too many, too few, and values that their
/// placeholder does not allow.
[[nodiscard]] result<arguments, command_error> parse_arguments(std::string_view pattern,
                                                               std::span<const word> words);

/// The placeholder that stands for the word at this position (from 0), without brackets and dots;
/// empty if there is none.
[[nodiscard]] std::string_view placeholder_at(std::string_view pattern, std::size_t position);

}  // namespace scalesmall
