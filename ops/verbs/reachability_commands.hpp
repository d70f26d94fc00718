#pragma once

#include <scalesmall/net_id.hpp>
#include <string>
#include <vector>

#include "ops/verbs/commands.hpp"

/// The commands of the shell that tell which members there are and which of them are reachable.
namespace scalesmall {

/// The texts of these ids, ascending as texts.
[[nodiscard]] json names_of(const std::vector<net_id>& ids);

/// `members GROUP [--reachable]`: the members of a group, all or those that are not unreachable.
[[nodiscard]] result<json, command_error> list_members(command_context& c, const arguments& a);

/// `reachability [GROUP]`: what this node holds of each member of a group, or of each node that
/// takes part in the detection of failures; and whether it is isolated itself. Refused by a node
/// that does not take part, since it judges nobody.
[[nodiscard]] result<json, command_error> list_reachability(command_context& c, const arguments& a);

/// The JSON of list_reachability as its text.
[[nodiscard]] std::string reachability_text(const json& answer);

}  // namespace scalesmall
