#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace scalesmall {

/// Reads a time as people write it: a whole number of s, m, h or d, or of seconds without a letter.
/// At most ten years; nothing if it is none.
[[nodiscard]] std::optional<std::chrono::seconds> parse_duration(std::string_view text);

}  // namespace scalesmall
