#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Percent-encoding (RFC 3986, section 2.1).
namespace scalesmall {

/// The text that is meant; nothing if a % is not followed by two hexadecimal digits, or if the
/// encoded text has a blank, a control character or a byte beyond ASCII.
[[nodiscard]] std::optional<std::string> percent_decode(std::string_view text);

/// All but unreserved characters (letters, digits, - . _ ~) encoded.
[[nodiscard]] std::string percent_encode(std::string_view text);

/// A request's target, taken apart and decoded.
struct request_target {
  std::vector<std::string> segments;  ///< of the path, between its slashes
  std::vector<std::pair<std::string, std::string>> query;

  friend bool operator==(const request_target&, const request_target&) = default;
};

/// Takes "/v1/groups?op=add" apart; nothing if it does not begin with a slash, or if it is not
/// well encoded. A parameter without `=` has an empty value. A plus sign stands for itself.
[[nodiscard]] std::optional<request_target> parse_target(std::string_view target);

}  // namespace scalesmall
