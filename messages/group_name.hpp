#pragma once

#include <scalesmall/result.hpp>
#include <string>
#include <string_view>

namespace scalesmall {

/// Whether a text is a valid group name: 1..255 bytes of UTF-8 (RFC 3629: no surrogates, no
/// overlong forms, at most U+10FFFF) without control characters, characters that change the
/// direction of text, and characters that are not seen. docs/wire-format.md lists them.
[[nodiscard]] bool is_group_name(std::string_view text) noexcept;

/// Whether a group is one that nodes make for themselves. Programs neither see nor change it.
[[nodiscard]] constexpr bool is_reserved(std::string_view group) noexcept {
  return group.starts_with("scalesmall.");
}

/// The text as a group name; fault::bad_group_name if it is not valid.
[[nodiscard]] result<std::string> parse_group_name(std::string_view text);

}  // namespace scalesmall
