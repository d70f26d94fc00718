#include "ops/figures_of_node.hpp"

#include <algorithm>
#include <scalesmall/coverage.hpp>
#include <scalesmall/node.hpp>

#include "actors/node_access.hpp"
#include "actors/node_context.hpp"
#include "actors/topology/interest.hpp"
#include "actors/topology/topology.hpp"
#include "ops/http/bounds.hpp"
#include "ops/verbs/node_control.hpp"

namespace scalesmall {

namespace {

constexpr double key_count = 4'294'967'296.0;

group_figures count(const topology& all, const std::string& name, const group_state& group) {
  const coverage covered{group.routes(), routing_index{group.hidden_owners()}};
  group_figures figures{name,
                        members(all, name).size(),
                        group.claims(),
                        static_cast<double>(covered.keys_served()) / key_count,
                        covered.gaps().size(),
                        covered.overlaps().size()};
  const auto interest = interest_in(all, name);
  if (interest.is_whole()) figures.digest = hash_within(group, interest);
  return figures;
}

}  // namespace

const group_figures& figures_of_node::figures_of(const topology& all, const std::string& group) {
  auto& known = counted_[group];
  const auto* state = find_group(all, group);
  if (state == nullptr) {
    known = {0, {}, {group}};
  } else if (known.version != state->version() || known.unreachable != all.unreachable ||
             known.figures.name.empty()) {
    known = {state->version(), all.unreachable, count(all, group, *state)};
  }
  return known.figures;
}

node_figures figures_of_node::read(const node& host, const node_control& control) {
  const auto& context = node_access::context(host);
  const auto all = context.topologies.read();
  const auto facts = control.facts();
  const auto reach = control.reachability();
  node_figures figures;
  figures.version = facts.version;
  figures.compiler = __VERSION__;
  figures.node = to_string(control.id());
  figures.cluster = facts.cluster;
  figures.ready = facts.ready;
  figures.isolated = reach.isolated;
  for (const auto& x : reach.members)
    ++(x.state == reach_state::unreachable ? figures.peers_unreachable : figures.peers_suspect);
  const auto peers = control.peers().size();
  const auto others = figures.peers_unreachable + figures.peers_suspect;
  figures.peers_reachable = peers - std::min<std::uint64_t>(peers, others);
  const auto known = control.groups();
  figures.groups_known = known.size();
  figures.changes = all->version;
  const auto told = groups_told(control.my_groups(), known, http_bounds::metric_groups_max);
  std::erase_if(counted_,
                [&](const auto& x) { return !std::ranges::binary_search(told, x.first); });
  for (const auto& group : told) figures.groups.push_back(figures_of(*all, group));
  for (const auto& row : control.tree()) figures.restarts.emplace_back(row.path, row.restarts);
  figures.process = read_process_figures();
  return figures;
}

}  // namespace scalesmall
