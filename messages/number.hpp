#pragma once

#include <charconv>
#include <scalesmall/result.hpp>
#include <string_view>
#include <system_error>

namespace scalesmall {

/// Reads a whole text as the digits of one number of base 10 or 16: no prefix, no sign, no blanks,
/// nothing after it; fault::number_out_of_range otherwise, also if it does not fit Number.
template <class Number>
[[nodiscard]] result<Number> parse_digits(std::string_view text, int base = 10) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (error != std::errc{} || end != text.data() + text.size() || text.empty() ||
      text.front() == '-') {
    return fault::number_out_of_range;
  }
  return value;
}

/// The same for decimal, or hexadecimal after "0x".
template <class Number>
[[nodiscard]] result<Number> parse_number(std::string_view text) {
  const bool hex = text.starts_with("0x") || text.starts_with("0X");
  return hex ? parse_digits<Number>(text.substr(2), 16) : parse_digits<Number>(text);
}

}  // namespace scalesmall
