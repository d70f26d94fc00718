#include "ops/verbs/health_commands.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "ops/metrics/process_figures.hpp"
#include "ops/verbs/diagnosis.hpp"
#include "ops/verbs/render.hpp"

namespace scalesmall {

namespace {

/// How long those that do not answer are awaited.
constexpr std::chrono::milliseconds ping_limit{2'500};

json to_json(const pinged_member& x) {
  const auto trip =
      x.round_trip
          ? json(std::round(std::chrono::duration<double, std::milli>(*x.round_trip).count() *
                            1'000) /
                 1'000)
          : json(nullptr);
  return {{"member", to_string(x.member)},
          {"answer", to_string(x.what)},
          {"round_trip_ms", trip},
          {"version", x.version.empty() ? json(nullptr) : json(x.version)}};
}

std::size_t count_of(const std::vector<pinged_member>& all, pinged_member::kind what) {
  return static_cast<std::size_t>(
      std::ranges::count(all, what, [](const auto& x) { return x.what; }));
}

json of_group(const std::string& group, const std::vector<pinged_member>& all) {
  using kind = pinged_member::kind;
  auto members = json::array();
  for (const auto& x : all) members.push_back(to_json(x));
  return {{"group", group},
          {"asked", all.size()},
          {"silent", count_of(all, kind::silent)},
          {"differ", count_of(all, kind::differs)},
          {"members", std::move(members)}};
}

std::set<std::string> versions_in(const json& groups) {
  std::set<std::string> all;
  for (const auto& group : groups) {
    for (const auto& x : group.at("members"))
      if (!x.at("version").is_null()) all.insert(x.at("version").get<std::string>());
  }
  return all;
}

std::uint64_t count_in(const std::vector<std::pair<std::string, std::uint64_t>>& counters,
                       std::string_view name) {
  const auto found = std::ranges::find(counters, name, [](const auto& x) { return x.first; });
  return found == counters.end() ? 0 : found->second;
}

symptoms symptoms_of(const node_control& node) {
  const auto facts = node.facts();
  const auto reach = node.reachability();
  const auto counters = node.counters();
  const auto process = read_process_figures();
  symptoms x;
  x.loopback = node.id().address.is_loopback();
  x.seals = node.keys().read()->primary() != nullptr;
  x.accepts_plain = facts.accepts_plain;
  x.multicast = facts.multicast;
  x.ready = facts.ready;
  x.isolated = reach.isolated;
  x.peers = node.peers().size();
  x.unreachable = static_cast<std::uint64_t>(std::ranges::count_if(
      reach.members, [](const auto& m) { return m.state == reach_state::unreachable; }));
  x.datagrams_received = count_in(counters, "datagrams_received");
  x.unknown_key = count_in(counters, "fault_unknown_key");
  x.bad_seal = count_in(counters, "fault_bad_seal");
  x.not_sealed = count_in(counters, "fault_not_sealed");
  x.wrong_cluster = count_in(counters, "fault_wrong_cluster");
  x.wrong_time = count_in(counters, "fault_wrong_time");
  x.unknown_version = count_in(counters, "fault_unknown_version");
  x.plain_accepted = count_in(counters, "plain_accepted");
  x.descriptors_open = process.open_fds;
  x.descriptors_max = process.max_fds;
  for (const auto& row : node.tree()) x.restarts += row.restarts;
  x.version = facts.version;
  x.neighbours = node.neighbours();
  return x;
}

/// In the shell the text is the answer.
result<json, command_error> shown(const command_context& c, json answer,
                                  std::string (*text)(const json&)) {
  if (!c.show) return answer;
  auto lines = text(answer);
  if (lines.ends_with('\n')) lines.pop_back();  // the shell ends the line
  return json(std::move(lines));
}

}  // namespace

result<json, command_error> ping_members(command_context& c, const arguments& a) {
  auto groups = a.group.empty() ? c.node.my_groups() : std::vector{a.group};
  std::ranges::sort(groups);
  const auto asked = c.node.ping(groups, ping_limit, c.time);
  if (!asked) return describe(asked.error());
  auto all = json::array();
  for (std::size_t i = 0; i < groups.size(); ++i) all.push_back(of_group(groups[i], (*asked)[i]));
  const auto bad = [](const json& x) { return x.at("silent") != 0 || x.at("differ") != 0; };
  json answer{{"well", std::ranges::none_of(all, bad)},
              {"versions", versions_in(all)},
              {"groups", std::move(all)}};
  return shown(c, std::move(answer), &ping_text);
}

std::string ping_text(const json& answer) {
  std::string text;
  for (const auto& group : answer.at("groups")) {
    const auto name = '"' + group.at("group").get<std::string>() + '"';
    const auto number = [&](const char* field) { return group.at(field).dump(); };
    text += name + ": asked " + number("asked") + ", silent " + number("silent") +
            ", know something else " + number("differ") + '\n';
    auto members = group.at("members").get<std::vector<json>>();
    const auto is_fine = [](const json& x) {
      return x.at("answer") != "silent" && x.at("answer") != "differs";
    };
    std::ranges::stable_sort(members, {}, is_fine);
    if (!members.empty()) text += render_text(json(members));
  }
  if (answer.at("groups").empty()) text += "this node is in no group\n";
  if (answer.at("versions").size() > 1) {
    text += "the members are of several versions:";
    for (const auto& x : answer.at("versions")) text += ' ' + x.get<std::string>();
    text += '\n';
  }
  return text;
}

result<json, command_error> show_findings(command_context& c, const arguments&) {
  auto list = json::array();
  for (const auto& x : diagnose(symptoms_of(c.node)))
    list.push_back({{"subject", x.subject}, {"finding", x.what}, {"remedy", x.remedy}});
  return shown(c, std::move(list), &findings_text);
}

std::string findings_text(const json& answer) {
  if (answer.empty()) return "nothing is wrong that this node can see; ping asks the others\n";
  std::string text;
  for (const auto& x : answer) {
    text += x.at("subject").get<std::string>() + ": " + x.at("finding").get<std::string>() +
            "\n  " + x.at("remedy").get<std::string>() + '\n';
  }
  return text;
}

}  // namespace scalesmall
