#pragma once

#include <scalesmall/result.hpp>
#include <string>
#include <string_view>

namespace scalesmall {

/// Where a value was written.
enum class value_source : bool { command_line, text };  ///< text: a file or the environment

/// Why a value is refused: the end of a sentence that began with the value.
struct odd_value {
  std::string why;

  friend bool operator==(const odd_value&, const odd_value&) = default;
};

/// The value without blanks at its ends and without the quotes around it. Refuses what would
/// otherwise become a part of the value although nobody means it: an open quote, typographic
/// quotes, a variable that nobody replaced ($NAME, ${NAME}, $(NAME), {{ name }}), blanks that are
/// not ASCII and, in a text, a comment behind the value.
[[nodiscard]] result<std::string_view, odd_value> plain_value(std::string_view text,
                                                              value_source source);

}  // namespace scalesmall
