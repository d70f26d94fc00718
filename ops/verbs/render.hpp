#pragma once

#include <cstdint>
#include <string>

#include "ops/verbs/commands.hpp"

namespace scalesmall {

/// Renders an answer as JSON in one line without a newline: {"ok":true,"result":R} or
/// {"ok":false,"error":{"code":"...","message":"..."}}.
[[nodiscard]] std::string render_json(const result<json, command_error>& answer);

/// Renders an answer as text: a list with one element in each line, a list of objects as aligned
/// columns under the names of their keys. Each line ends with a newline; the text of a null answer
/// is empty.
[[nodiscard]] std::string render_text(const result<json, command_error>& answer);

/// "2026-11-30T13:35:40Z"
/// @param seconds since the beginning of 1970
[[nodiscard]] std::string utc_text(std::int64_t seconds);

}  // namespace scalesmall
