#pragma once

#include <string>

#include "ops/verbs/commands.hpp"

/// The commands that tell what a node is and does.
namespace scalesmall {

/// `status`: one screen for an operator.
[[nodiscard]] result<json, command_error> show_status(command_context& c, const arguments& a);

/// The JSON of show_status as text, one fact a line.
[[nodiscard]] std::string status_text(const json& answer);

/// `counters`: the name and the value of each.
[[nodiscard]] result<json, command_error> list_counters(command_context& c, const arguments& a);

/// The JSON of list_counters as text, one counter a line.
[[nodiscard]] std::string counters_text(const json& answer);

}  // namespace scalesmall
