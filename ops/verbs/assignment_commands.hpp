#pragma once

#include "ops/verbs/commands.hpp"

/// The commands of the shell for groups that nodes serve by plan.
namespace scalesmall {

/// What the words of `serve` say besides the group.
[[nodiscard]] serve_options service_of(const arguments& a);

/// `serve GROUP PORT [--capacity W] [--replicas R] [--zone ZONE] [--slots S] [--expect N]`: this
/// node chooses what it serves. It loads nothing, so it is ready at once. Refused by a node that
/// does not take part in the detection of failures.
[[nodiscard]] result<json, command_error> serve_by_plan(command_context& c, const arguments& a);

/// `drain GROUP [SECONDS]`: gives up all that is served by plan, once others serve it, and waits
/// for that. After the time it goes on all the same.
[[nodiscard]] result<json, command_error> drain_by_plan(command_context& c, const arguments& a);

/// `plan GROUP`: who is to serve how many slots, and how far it is done.
[[nodiscard]] result<json, command_error> show_plan(command_context& c, const arguments& a);

/// The text for people of the answer in JSON.
[[nodiscard]] std::string plan_text(const json& answer);

/// `takeover GROUP`: all nodes plan without those that are gone at once.
[[nodiscard]] result<json, command_error> take_over(command_context& c, const arguments& a);

}  // namespace scalesmall
