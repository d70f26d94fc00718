#include "messages/group_name.hpp"

#include <algorithm>
#include <cstdint>

#include "messages/limits.hpp"

namespace scalesmall {

namespace {

constexpr std::uint32_t no_code_point = UINT32_MAX;

/// Takes one code point off the front of a non-empty text; no_code_point if the text does not begin
/// with a valid one.
std::uint32_t next_code_point(std::string_view& text) noexcept {
  const auto lead = static_cast<std::uint8_t>(text.front());
  const std::size_t length = lead < 0x80         ? 1
                             : lead >> 5 == 0x6  ? 2
                             : lead >> 4 == 0xe  ? 3
                             : lead >> 3 == 0x1e ? 4
                                                 : 0;
  if (length == 0 || length > text.size()) return no_code_point;
  std::uint32_t x = length == 1 ? lead : lead & (0x7fU >> length);
  for (std::size_t i = 1; i < length; ++i) {
    const auto byte = static_cast<std::uint8_t>(text[i]);
    if (byte >> 6 != 0x2) return no_code_point;
    x = x << 6 | (byte & 0x3f);
  }
  text.remove_prefix(length);
  static constexpr std::uint32_t shortest[] = {0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = x >= 0xd800 && x <= 0xdfff;
  return x < shortest[length] || surrogate || x > 0x10ffff ? no_code_point : x;
}

struct code_points {
  std::uint32_t first;
  std::uint32_t last;
};

/// Characters that hide or rearrange the text around them: a name with one of these can look like
/// another name, or turn the line that a terminal or a log shows around it.
constexpr code_points deceptive[]{
    {0x00, 0x1f},        // control characters
    {0x7f, 0x9f},        // delete, and more control characters
    {0xad, 0xad},        // soft hyphen
    {0x61c, 0x61c},      // Arabic letter mark
    {0x180e, 0x180e},    // Mongolian vowel separator
    {0x200b, 0x200f},    // of zero width; marks of direction
    {0x2028, 0x202e},    // separators of lines; embeddings and overrides of direction
    {0x2060, 0x206f},    // word joiner, invisible operators, isolates of direction
    {0xfeff, 0xfeff},    // byte order mark, of zero width
    {0xfff9, 0xfffb},    // marks of annotations
    {0xe0000, 0xe007f},  // invisible tags
};

bool is_deceptive(std::uint32_t x) noexcept {
  return std::ranges::any_of(deceptive,
                             [x](auto range) { return range.first <= x && x <= range.last; });
}

}  // namespace

bool is_group_name(std::string_view text) noexcept {
  if (text.empty() || text.size() > limits::group_name_bytes_max) return false;
  while (!text.empty()) {
    const auto x = next_code_point(text);
    if (x == no_code_point || is_deceptive(x)) return false;
  }
  return true;
}

result<std::string> parse_group_name(std::string_view text) {
  if (!is_group_name(text)) return fault::bad_group_name;
  return std::string{text};
}

}  // namespace scalesmall
