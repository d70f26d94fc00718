#pragma once

#include "ops/verbs/commands.hpp"

namespace scalesmall {

/// `ping [GROUP]`: of each member of the group, or of those that this node is in, whether it
/// answers and knows the same, the time of a question and its answer, and its version.
[[nodiscard]] result<json, command_error> ping_members(command_context& c, const arguments& a);

/// The JSON of ping_members as lines for people: what is wrong first.
[[nodiscard]] std::string ping_text(const json& answer);

/// `doctor`: what is wrong with the node as far as it can see itself, and what to do.
[[nodiscard]] result<json, command_error> show_findings(command_context& c, const arguments& a);

/// The JSON of show_findings as lines for people.
[[nodiscard]] std::string findings_text(const json& answer);

}  // namespace scalesmall
