#include "apps/config/duration_text.hpp"

#include <cstdint>

#include "messages/number.hpp"

namespace scalesmall {

namespace {

constexpr std::chrono::seconds duration_max = std::chrono::days{3650};

std::int64_t seconds_of(char unit) {
  switch (unit) {
    case 's':
      return 1;
    case 'm':
      return 60;
    case 'h':
      return 3'600;
    case 'd':
      return 86'400;
    default:
      return 0;
  }
}

}  // namespace

std::optional<std::chrono::seconds> parse_duration(std::string_view text) {
  std::int64_t unit = 1;
  if (!text.empty() && seconds_of(text.back()) != 0) {
    unit = seconds_of(text.back());
    text.remove_suffix(1);
  }
  const auto number = parse_digits<std::uint32_t>(text);
  if (!number || *number > duration_max.count() / unit) return std::nullopt;
  return std::chrono::seconds{*number * unit};
}

std::optional<std::chrono::milliseconds> parse_short_duration(std::string_view text) {
  if (!text.ends_with("ms")) return parse_duration(text);
  const auto number = parse_number<std::uint32_t>(text.substr(0, text.size() - 2));
  if (!number) return std::nullopt;
  return std::chrono::milliseconds{*number};
}

}  // namespace scalesmall
