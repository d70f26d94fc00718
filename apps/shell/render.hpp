#pragma once

#include <string>

#include "apps/shell/commands.hpp"

namespace scalesmall {

/// {"ok":true,"result":R} or {"ok":false,"error":{"code":"...","message":"..."}}, without a
/// newline.
[[nodiscard]] std::string render_json(const result<json, command_error>& answer);

/// The same for people: a list has one element a line, a list of objects aligned columns under the
/// names of their keys. Lines end with a newline; empty if there is nothing to say.
[[nodiscard]] std::string render_text(const result<json, command_error>& answer);

}  // namespace scalesmall
