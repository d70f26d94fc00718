#include "ops/http/percent.hpp"

#include "messages/number.hpp"

namespace scalesmall {

namespace {

bool is_unreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_' || c == '~';
}

/// Calls a function with each part between these characters.
template <class Part>
bool split(std::string_view text, char at, Part part) {
  for (;;) {
    const auto end = text.find(at);
    if (!part(text.substr(0, end))) return false;
    if (end == text.npos) return true;
    text.remove_prefix(end + 1);
  }
}

}  // namespace

std::optional<std::string> percent_decode(std::string_view text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] <= ' ' || text[i] > '~') return {};
    if (text[i] != '%') {
      decoded += text[i];
      continue;
    }
    const auto digits = text.substr(i + 1, 2);
    const auto byte = parse_digits<std::uint8_t>(digits, 16);
    if (digits.size() != 2 || !byte) return {};
    decoded += static_cast<char>(*byte);
    i += 2;
  }
  return decoded;
}

std::string percent_encode(std::string_view text) {
  static constexpr char digits[] = "0123456789ABCDEF";
  std::string encoded;
  for (const char c : text) {
    const auto byte = static_cast<std::uint8_t>(c);
    if (is_unreserved(c)) {
      encoded += c;
    } else {
      encoded += {'%', digits[byte >> 4], digits[byte & 0xf]};
    }
  }
  return encoded;
}

std::optional<request_target> parse_target(std::string_view target) {
  if (!target.starts_with('/')) return {};
  const auto mark = target.find('?');
  request_target parsed;
  const bool path_good = split(target.substr(1, mark - 1), '/', [&](std::string_view part) {
    auto segment = percent_decode(part);
    if (segment) parsed.segments.push_back(std::move(*segment));
    return segment.has_value();
  });
  if (!path_good) return {};
  if (mark == target.npos || mark + 1 == target.size()) return parsed;
  const bool query_good = split(target.substr(mark + 1), '&', [&](std::string_view part) {
    const auto equals = part.find('=');
    auto name = percent_decode(part.substr(0, equals));
    auto value = percent_decode(equals == part.npos ? std::string_view{} : part.substr(equals + 1));
    if (!name || !value) return false;
    parsed.query.emplace_back(std::move(*name), std::move(*value));
    return true;
  });
  if (!query_good) return {};
  return parsed;
}

}  // namespace scalesmall
