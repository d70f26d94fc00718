#pragma once

#include <cstddef>
#include <scalesmall/result.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace scalesmall {

/// One line of a configuration file.
struct setting {
  std::string name;
  std::string value;
  std::size_t line = 0;  ///< counted from 1

  friend bool operator==(const setting&, const setting&) = default;
};

/// A line that is not `name = value`.
struct bad_line {
  std::size_t line = 0;  ///< counted from 1
  std::string text;

  friend bool operator==(const bad_line&, const bad_line&) = default;
};

/// Reads `name = value` lines in their order. Blanks around names and values, empty lines and lines
/// that begin with # do not count; a # later in a line belongs to the value.
[[nodiscard]] result<std::vector<setting>, bad_line> parse_config(std::string_view text);

}  // namespace scalesmall
