#include "apps/config/plain_value.hpp"

#include <algorithm>
#include <array>

#include "ops/files/trim.hpp"

namespace scalesmall {

namespace {

using namespace std::string_view_literals;

constexpr std::array typographic_quotes{"\xe2\x80\x98"sv, "\xe2\x80\x99"sv, "\xe2\x80\x9a"sv,
                                        "\xe2\x80\x9c"sv, "\xe2\x80\x9d"sv, "\xe2\x80\x9e"sv,
                                        "\xc2\xab"sv,     "\xc2\xbb"sv};

// No-break space, ideographic space, zero-width space and joiners, byte order mark.
constexpr std::array odd_blanks{"\xc2\xa0"sv,     "\xe2\x80\x89"sv, "\xe2\x80\xaf"sv,
                                "\xe3\x80\x80"sv, "\xe2\x80\x8b"sv, "\xe2\x80\x8c"sv,
                                "\xe2\x80\x8d"sv, "\xe2\x81\xa0"sv, byte_order_mark};

constexpr std::array comments{" #"sv, "\t#"sv, " ;"sv, "\t;"sv, " //"sv, "\t//"sv};

bool contains(std::string_view text, std::string_view part) { return text.find(part) != text.npos; }

bool is_edge(std::string_view text, std::string_view part) {
  return text.starts_with(part) || text.ends_with(part);
}

bool is_quote(char c) { return c == '"' || c == '\''; }

bool may_begin_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '{' || c == '(';
}

bool has_variable(std::string_view text) {
  for (auto at = text.find('$'); at != text.npos; at = text.find('$', at + 1)) {
    if (at + 1 < text.size() && may_begin_name(text[at + 1])) return true;
  }
  return contains(text, "{{") || (text.size() > 2 && text.front() == '%' && text.back() == '%');
}

}  // namespace

result<std::string_view, odd_value> plain_value(std::string_view text, value_source source) {
  const auto is_at_edge = [&](std::string_view part) { return is_edge(text, part); };
  text = trim(text);
  if (has_variable(text)) return odd_value{"it holds a variable that nobody has replaced"};
  if (std::ranges::any_of(typographic_quotes, is_at_edge))
    return odd_value{"it begins or ends with a typographic quote; use none, or a plain one"};
  if (std::ranges::any_of(odd_blanks, is_at_edge))
    return odd_value{"it begins or ends with a blank or a mark that is not ASCII"};
  if (text.empty()) return text;

  const bool opened = is_quote(text.front());
  if (opened && text.size() > 1 && text.find(text.front(), 1) == text.size() - 1)
    return text.substr(1, text.size() - 2);
  const bool in_text = source == value_source::text;
  if (in_text && (text.front() == '#' ||
                  std::ranges::any_of(comments, [&](auto mark) { return contains(text, mark); })))
    return odd_value{"a comment needs a line of its own, and a value with such a sign quotes"};
  if (opened || is_quote(text.back()))
    return odd_value{"it begins or ends with a quote that has no counterpart"};
  return text;
}

}  // namespace scalesmall
