#pragma once

#include "apps/shell/commands.hpp"

namespace scalesmall {

/// owners GROUP KEY: who serves a key.
[[nodiscard]] result<json, command_error> list_owners(command_context& c, const arguments& a);

/// coverage GROUP: the whole range of keys in pieces; for people also drawn.
[[nodiscard]] result<json, command_error> list_coverage(command_context& c, const arguments& a);

/// watch GROUP [SECONDS]: what happens to a group; for people as it happens.
[[nodiscard]] result<json, command_error> watch_group(command_context& c, const arguments& a);

}  // namespace scalesmall
