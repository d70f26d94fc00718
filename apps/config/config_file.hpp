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

/// Parses lines of `name = value`, in order. Ignores empty lines, lines that begin with # and
/// blanks around names and values. A # inside a line belongs to the value. Neither names nor values
/// are checked.
[[nodiscard]] result<std::vector<setting>, bad_line> parse_config(std::string_view text);

}  // namespace scalesmall
