#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace scalesmall {

/// Parses a time: a whole number, followed by s, m, h or d; without a letter it means seconds.
/// Returns nothing if the text has another form or means more than ten years (3650 d).
[[nodiscard]] std::optional<std::chrono::seconds> parse_duration(std::string_view text);

/// The same, and whole milliseconds followed by ms, at most 2^32 - 1 of them.
[[nodiscard]] std::optional<std::chrono::milliseconds> parse_short_duration(std::string_view text);

}  // namespace scalesmall
