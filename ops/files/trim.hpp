#pragma once

#include <string_view>

namespace scalesmall {

/// The byte order mark with which some editors begin a file in UTF-8.
inline constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";

/// The line without blanks, tabs and carriage returns at either end.
[[nodiscard]] inline std::string_view trim(std::string_view line) {
  constexpr std::string_view blanks = " \t\r";
  const auto begin = line.find_first_not_of(blanks);
  if (begin == line.npos) return {};
  return line.substr(begin, line.find_last_not_of(blanks) - begin + 1);
}

}  // namespace scalesmall
