#pragma once

#include <algorithm>
#include <array>
#include <optional>
#include <scalesmall/log.hpp>
#include <string_view>

namespace scalesmall {

inline constexpr std::array all_log_levels{log_level::debug, log_level::info, log_level::warning,
                                           log_level::error, log_level::critical};

[[nodiscard]] constexpr std::string_view to_string(log_level x) noexcept {
  constexpr std::array<std::string_view, all_log_levels.size()> names{"debug", "info", "warning",
                                                                      "error", "critical"};
  return names.at(static_cast<std::size_t>(x));
}

[[nodiscard]] constexpr std::optional<log_level> parse_log_level(std::string_view text) {
  const auto* found = std::ranges::find(all_log_levels, text, [](auto x) { return to_string(x); });
  return found == all_log_levels.end() ? std::nullopt : std::optional{*found};
}

}  // namespace scalesmall
