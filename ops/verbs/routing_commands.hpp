#pragma once

#include "ops/verbs/commands.hpp"

namespace scalesmall {

/// `owners GROUP KEY [--all]`: the owners of a key that are reachable, or all of them, marked.
[[nodiscard]] result<json, command_error> list_owners(command_context& c, const arguments& a);

/// `coverage GROUP`: the whole key range in pieces, as a drawing or as JSON. In JSON a
/// piece names its unreachable owners as "unreachable", if it has any.
[[nodiscard]] result<json, command_error> list_coverage(command_context& c, const arguments& a);

/// The JSON of list_coverage as a drawing.
[[nodiscard]] std::string coverage_text(const json& answer);

/// `watch GROUP [SECONDS]`: the events of a group; as text each one is printed at once.
[[nodiscard]] result<json, command_error> watch_group(command_context& c, const arguments& a);

}  // namespace scalesmall
