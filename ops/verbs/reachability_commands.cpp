#include "ops/verbs/reachability_commands.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <string>

#include "actors/liveness/statement.hpp"
#include "ops/verbs/render.hpp"

namespace scalesmall {

namespace {

/// The state of a member that does not take part in the detection of failures.
constexpr std::string_view unwatched = "unwatched";

constexpr const char* isolation =
    "this node is isolated: it hears nobody, so what it holds of others is worth little";

/// In tenths.
double seconds_between(time_point then, time_point now) {
  return std::round(std::chrono::duration<double>(now - then).count() * 10) / 10;
}

json to_json(const net_id& member, std::string_view state) {
  return {{"member", to_string(member)},
          {"state", state},
          {"seconds", nullptr},
          {"stated_by", json::array()},
          {"why", nullptr}};
}

json to_json(const member_reachability& x, time_point now) {
  auto row = to_json(x.member, to_string(x.state));
  row["seconds"] = seconds_between(x.since, now);
  row["stated_by"] = names_of(x.stated_by);
  row["why"] = to_string(x.why);
  return row;
}

}  // namespace

json names_of(const std::vector<net_id>& ids) {
  std::vector<std::string> names;
  names.reserve(ids.size());
  for (const auto& id : ids) names.push_back(to_string(id));
  std::ranges::sort(names);
  return names;
}

result<json, command_error> list_members(command_context& c, const arguments& a) {
  auto members = c.node.members(a.group);
  c.told[{a.group, std::nullopt}] = members.size();
  if (a.reachable) {
    const auto table = c.node.reachability();
    std::erase_if(members, [&](const net_id& member) { return table.is_unreachable(member); });
  }
  return names_of(members);
}

result<json, command_error> list_reachability(command_context& c, const arguments& a) {
  const auto table = c.node.reachability();
  if (!table.watching)
    return command_error{command_fault::unavailable,
                         "this node judges nobody; start it without --liveness off"};
  const auto now = c.time.now();
  const auto watched = c.node.members(std::string{liveness_group});
  auto list = json::array();
  for (const auto& member : a.group.empty() ? watched : c.node.members(a.group)) {
    if (const auto* told = table.find(member)) {
      list.push_back(to_json(*told, now));
    } else {
      const bool is_watched = std::ranges::binary_search(watched, member);
      list.push_back(to_json(member, is_watched ? to_string(reach_state::reachable) : unwatched));
    }
  }
  if (!c.show) return json{{"isolated", table.isolated}, {"members", std::move(list)}};
  if (table.isolated) c.show(isolation);
  return list;
}

std::string reachability_text(const json& answer) {
  const auto table = render_text(answer.at("members"));
  return answer.at("isolated").get<bool>() ? std::string{isolation} + '\n' + table : table;
}

}  // namespace scalesmall
