#pragma once

#include <charconv>
#include <scalesmall/result.hpp>
#include <string_view>
#include <system_error>

namespace scalesmall {

/// Reads a text that is wholly one number in base 10 or 16: no prefix, no sign, no blanks, nothing
/// after the digits. Any other text, or a number that does not fit `Number`, is
/// fault::number_out_of_range.
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

/// Reads a decimal number, or a hexadecimal one after "0x" or "0X". Faults are those of
/// parse_digits.
template <class Number>
[[nodiscard]] result<Number> parse_number(std::string_view text) {
  const bool hex = text.starts_with("0x") || text.starts_with("0X");
  return hex ? parse_digits<Number>(text.substr(2), 16) : parse_digits<Number>(text);
}

}  // namespace scalesmall
