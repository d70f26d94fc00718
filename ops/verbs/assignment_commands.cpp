#include "ops/verbs/assignment_commands.hpp"

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "ops/verbs/render.hpp"

namespace scalesmall {

namespace {

constexpr std::chrono::milliseconds drain_default{60'000};
/// How long one call for it waits, and between the calls.
constexpr std::chrono::milliseconds drain_step{20};

json to_json(const group_plan::member& x) {
  return {{"member", to_string(x.id)},
          {"capacity", x.capacity},
          {"planned", x.planned},
          {"serving", x.serving},
          {"loading", x.loading}};
}

json to_json(const group_plan::other& x) {
  auto members = json::array();
  for (const auto& id : x.members) members.push_back(to_string(id));
  return {{"replicas", x.replicas}, {"slots", x.slots}, {"members", std::move(members)}};
}

command_error not_served(const std::string& group) {
  return {command_fault::not_found, "this node does not serve \"" + group + "\" by plan"};
}

/// What the plan tells beside its members.
std::vector<std::string> lines_of(const json& plan) {
  std::vector<std::string> lines{
      plan.at("slots").dump() + " slots, replicas " + plan.at("replicas").dump() + "; to take up " +
      plan.at("to_take_up").dump() + ", to give up " + plan.at("to_give_up").dump() +
      ", uncovered " + plan.at("uncovered").dump() + ", under-replicated " +
      plan.at("under_replicated").dump()};
  for (const auto& x : plan.at("others"))
    lines.push_back("with other settings, and so without slots: " + x.dump());
  return lines;
}

}  // namespace

serve_options service_of(const arguments& a) {
  auto how = a.service;
  how.port = a.port;
  how.expect = static_cast<std::uint32_t>(a.count);
  return how;
}

result<json, command_error> serve_by_plan(command_context& c, const arguments& a) {
  if (!c.node.reachability().watching)
    return command_error{command_fault::unavailable,
                         "a node that detects no failures cannot; start it without --liveness off"};
  const auto served = c.node.serve(a.group, service_of(a));
  if (!served && served.error() == call_error::invalid_argument)
    return command_error{command_fault::invalid_argument,
                         "the group is served by plan already, or its name is too long"};
  if (!served) return describe(served.error());
  return json("ok");
}

result<json, command_error> drain_by_plan(command_context& c, const arguments& a) {
  auto end = c.time.now() + a.seconds.value_or(drain_default);
  if (c.deadline) end = std::min(end, *c.deadline);
  for (bool begun = false;; begun = true) {
    const auto drained = c.node.drain(a.group, drain_step);
    // It may have come to its end between two calls.
    if (drained || (begun && drained.error() == call_error::not_found)) return json("ok");
    if (drained.error() == call_error::not_found) return not_served(a.group);
    if (drained.error() != call_error::timeout) return describe(drained.error());
    if (c.time.now() >= end)
      return command_error{command_fault::timeout, "not all slots have other owners; it goes on"};
    if (!c.time.wait_for(drain_step))
      return command_error{command_fault::unavailable, "the program is stopping"};
  }
}

result<json, command_error> show_plan(command_context& c, const arguments& a) {
  const auto plan = c.node.plan(a.group);
  if (!plan)
    return command_error{command_fault::not_found, "no node serves \"" + a.group + "\" by plan"};
  auto members = json::array();
  for (const auto& x : plan->members) members.push_back(to_json(x));
  auto others = json::array();
  for (const auto& x : plan->others) others.push_back(to_json(x));
  const json all{{"replicas", plan->replicas},     {"slots", plan->slots},
                 {"to_take_up", plan->to_take_up}, {"to_give_up", plan->to_give_up},
                 {"uncovered", plan->uncovered},   {"under_replicated", plan->under_replicated},
                 {"members", std::move(members)},  {"others", std::move(others)}};
  if (!c.show) return all;
  for (const auto& line : lines_of(all)) c.show(line);
  return all.at("members");
}

std::string plan_text(const json& answer) {
  std::string text;
  for (const auto& line : lines_of(answer)) text += line + '\n';
  return text + render_text(answer.at("members"));
}

result<json, command_error> take_over(command_context& c, const arguments& a) {
  const auto done_so = c.node.take_over(a.group);
  if (!done_so && done_so.error() == call_error::not_found) return not_served(a.group);
  if (!done_so) return describe(done_so.error());
  return json("ok");
}

}  // namespace scalesmall
