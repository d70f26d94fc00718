#include "ops/verbs/routing_commands.hpp"

#include <utility>

#include "ops/events/event_json.hpp"
#include "ops/verbs/draw_coverage.hpp"
#include "ops/verbs/show_until.hpp"

namespace scalesmall {

namespace {

void show(command_context& c, const group_update& update, json& all) {
  if (update.snapshot) c.show ? c.show("snapshot") : all.push_back({{"event", "snapshot"}});
  for (const auto& event : update.events)
    c.show ? c.show(to_string(event)) : all.push_back(to_json(event));
}

}  // namespace

result<json, command_error> list_owners(command_context& c, const arguments& a) {
  auto list = json::array();
  if (!a.all) {
    for (const auto& x : c.node.owners(a.group, a.key)) list.push_back(to_json(x));
    return list;
  }
  for (const auto& x : c.node.all_owners(a.group, a.key)) {
    list.push_back(to_json(x.owner));
    list.back()["state"] =
        to_string(x.reachable ? reach_state::reachable : reach_state::unreachable);
  }
  return list;
}

result<json, command_error> list_coverage(command_context& c, const arguments& a) {
  const auto all = c.node.coverage(a.group);
  planned_coverage planned;
  if (const auto plan = c.node.plan(a.group)) planned = {plan->replicas, plan->loads};
  if (c.show) return json(draw_coverage(all, planned));
  const auto to_list = [](const owner_view& owners) {
    auto list = json::array();
    for (const auto& x : owners)
      list.push_back({{"member", to_string(x.member)}, {"port", x.port}});
    return list;
  };
  auto list = json::array();
  for (const auto& [piece, loading] : pieces_of(all, planned)) {
    list.push_back({{"start", piece.range.start_range},
                    {"end", piece.range.end_range},
                    {"members", piece.members},
                    {"owners", to_list(all.owners(piece))}});
    if (piece.unreachable != 0) list.back()["unreachable"] = to_list(all.unreachable_owners(piece));
    for (const auto& member : loading) list.back()["loading"].push_back(to_string(member));
    if (planned.replicas != 0) list.back()["replicas"] = planned.replicas;
  }
  return list;
}

std::string coverage_text(const json& answer) {
  std::vector<range_owner> reachable;
  std::vector<range_owner> unreachable;
  planned_coverage planned;
  for (const auto& piece : answer) {
    const key_range range{piece.at("start").get<std::uint32_t>(),
                          piece.at("end").get<std::uint32_t>()};
    const auto read = [&](const json& owners, std::vector<range_owner>& to) {
      for (const auto& x : owners)
        to.push_back({parse_net_id(x.at("member").get<std::string>()).value(), range,
                      x.at("port").get<std::uint16_t>()});
    };
    read(piece.at("owners"), reachable);
    if (piece.contains("unreachable")) read(piece.at("unreachable"), unreachable);
    planned.replicas = piece.value("replicas", planned.replicas);
    for (const auto& member : piece.value("loading", json::array()))
      planned.loads.push_back({range, parse_net_id(member.get<std::string>()).value()});
  }
  const coverage all{routing_index{std::move(reachable)}, routing_index{std::move(unreachable)}};
  return draw_coverage(all, planned) + '\n';
}

result<json, command_error> watch_group(command_context& c, const arguments& a) {
  if (!a.shell_command.empty()) {
    return command_error{command_fault::invalid_argument,
                         "--exec: only scalesmall watch runs commands"};
  }
  passed_on<group_update> box;
  const auto watching = c.node.watch(a.group, [&box](const group_update& x) { box.put(x); });
  if (!watching) return describe(watching.error());
  auto all = json::array();
  const auto show_update = [&](const group_update& x) { show(c, x, all); };
  if (auto error = show_until(c, a, box, show_update)) return std::move(*error);
  return c.show ? json(nullptr) : all;
}

}  // namespace scalesmall
