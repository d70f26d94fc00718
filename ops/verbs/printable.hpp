#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace scalesmall {

/// A text that may quote what somebody has sent, as a terminal or a log may show it: bytes of
/// control characters become \xNN. Line breaks stay only if `lines` is true.
[[nodiscard]] inline std::string printable(std::string_view text, bool lines = false) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string shown;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    // The controls U+0080 to U+009F are two bytes in UTF-8.
    const bool is_second = i > 0 && text[i - 1] == '\xc2' && byte >= 0x80 && byte < 0xa0;
    const bool is_control = (byte < ' ' && !(lines && byte == '\n')) || byte == 0x7f || is_second;
    if (is_control) {
      shown += {'\\', 'x', digits[byte >> 4], digits[byte & 0xf]};
    } else {
      shown += text[i];
    }
  }
  return shown;
}

}  // namespace scalesmall
