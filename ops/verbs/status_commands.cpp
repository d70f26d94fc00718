#include "ops/verbs/status_commands.hpp"

#include <algorithm>
#include <cmath>

#include "ops/verbs/render.hpp"

namespace scalesmall {

namespace {

constexpr double all_keys = 4'294'967'296.0;

json of_group(const node_control& node, const std::string& group) {
  const auto all = node.coverage(group);
  return {{"group", group},
          {"members", node.members(group).size()},
          {"covered_percent",
           std::floor(static_cast<double>(all.keys_served()) / all_keys * 1'000) / 10},
          {"gaps", all.gaps().size()},
          {"overlaps", all.overlaps().size()},
          {"unreachable_ranges", all.unreachable().size()}};
}

std::vector<std::string> warnings_of(const node_control& node, const node_facts& facts,
                                     const reachability_table& reach, const json& groups) {
  std::vector<std::string> all;
  const auto id = node.id();
  const bool seals = node.keys().read()->primary() != nullptr;
  if (reach.isolated) all.emplace_back("this node is isolated: it hears nobody");
  if (!facts.ready) all.emplace_back("this node has not heard yet of what its seeds know");
  if (!seals && !id.address.is_loopback())
    all.emplace_back("without a key everybody in reach can change what nodes tell each other");
  if (seals && facts.accepts_plain)
    all.emplace_back("this node takes plain frames from everybody in reach, although it has a key");
  for (const auto& group : groups) {
    const auto name = '"' + group.at("group").get<std::string>() + '"';
    if (group.at("unreachable_ranges") != 0)
      all.push_back("in " + name + " there are ranges of unreachable members alone");
  }
  return all;
}

template <class Rows>
std::string in_two_columns(const Rows& rows) {
  std::size_t width = 0;
  for (const auto& [name, value] : rows) width = std::max(width, name.size());
  std::string text;
  for (const auto& [name, value] : rows)
    text.append(name).append(width + 2 - name.size(), ' ').append(value) += '\n';
  return text;
}

using facts_list = std::vector<std::pair<std::string, std::string>>;

}  // namespace

result<json, command_error> show_status(command_context& c, const arguments&) {
  const auto& node = c.node;
  const auto facts = node.facts();
  const auto reach = node.reachability();
  const auto ring = node.keys().read();
  auto mine = node.my_groups();
  std::ranges::sort(mine);
  auto groups = json::array();
  for (const auto& group : mine) groups.push_back(of_group(node, group));
  std::uint64_t restarts = 0;
  for (const auto& row : node.tree()) restarts += row.restarts;
  json answer{
      {"node", to_string(node.id())},
      {"version", facts.version},
      {"cluster", facts.cluster.empty() ? json(nullptr) : json(facts.cluster)},
      {"started_at", utc_text(facts.started_at)},
      {"ready", facts.ready},
      {"sealed_by", ring->primary() ? json(ring->primary()->fingerprint()) : json(nullptr)},
      {"peers", node.peers().size()},
      {"unreachable_peers",
       std::ranges::count_if(reach.members,
                             [](const auto& x) { return x.state == reach_state::unreachable; })},
      {"isolated", reach.isolated},
      {"restarts", restarts},
      {"groups_known", node.groups().size()},
      {"groups", std::move(groups)}};
  answer["warnings"] = warnings_of(node, facts, reach, answer["groups"]);
  if (!c.show) return answer;
  auto text = status_text(answer);
  text.pop_back();  // the shell ends the line
  return json(std::move(text));
}

std::string status_text(const json& answer) {
  const auto text = [&](const char* name, const char* none) {
    return answer.at(name).is_null() ? std::string{none} : answer.at(name).get<std::string>();
  };
  const auto number = [&](const char* name) { return answer.at(name).dump(); };
  facts_list rows{{"node", text("node", "")},
                  {"version", text("version", "")},
                  {"cluster", text("cluster", "-")},
                  {"started at", text("started_at", "")},
                  {"ready", answer.at("ready").get<bool>() ? "yes" : "no"},
                  {"sealed by", text("sealed_by", "nothing: frames are plain")},
                  {"peers", number("peers") + ", unreachable " + number("unreachable_peers")},
                  {"restarts", number("restarts")},
                  {"groups known", number("groups_known")}};
  for (const auto& group : answer.at("groups")) {
    rows.emplace_back("group", '"' + group.at("group").get<std::string>() + "\": members " +
                                   group.at("members").dump() + ", covered " +
                                   group.at("covered_percent").dump() + " %, gaps " +
                                   group.at("gaps").dump() + ", overlaps " +
                                   group.at("overlaps").dump());
  }
  for (const auto& warning : answer.at("warnings"))
    rows.emplace_back("warning", warning.get<std::string>());
  return in_two_columns(rows);
}

result<json, command_error> list_counters(command_context& c, const arguments&) {
  auto answer = json::object();
  for (const auto& [name, value] : c.node.counters()) answer[name] = value;
  if (!c.show) return answer;
  auto text = counters_text(answer);
  text.pop_back();
  return json(std::move(text));
}

std::string counters_text(const json& answer) {
  facts_list rows;
  for (const auto& [name, value] : answer.items()) rows.emplace_back(name, value.dump());
  return in_two_columns(rows);
}

}  // namespace scalesmall
