#include "actors/resumption.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "actors/node_context.hpp"
#include "actors/peers/peer_table.hpp"
#include "actors/persistence/next_life.hpp"
#include "actors/persistence/state_store.hpp"
#include "actors/topology/topology_table.hpp"

namespace scalesmall {

namespace {

/// How many peers of a former life a node calls on at once; it hears of the others from them.
constexpr std::size_t former_peers_called = 16;

}  // namespace

std::optional<node_error> take_state(node_context& context) {
  const auto& path = context.config.state_directory;
  if (path.empty()) return std::nullopt;
  context.state = std::make_shared<state_store>(path);
  const auto failed = context.state->lock();
  if (failed == std::errc::device_or_resource_busy) {
    return node_error{"the state directory \"" + path +
                          "\" is in use by another node, each node needs one of its own",
                      failed};
  }
  if (failed) {
    context.log->warn(
        "the state directory \"{}\" cannot be taken: {}; this node starts all the same", path,
        failed.message());
  }
  return std::nullopt;
}

void resume(node_context& context, topology& start, const std::shared_ptr<const key_store>& keys) {
  const auto& config = context.config;
  kept_claims before;
  if (context.state) {
    const auto life =
        std::make_shared<next_life>(context.self, config.cluster, keys, context.wall_clock);
    auto plan = context.state->read(life->identity(), life->now(), config.forget);
    for (const auto& sentence : plan.warnings)
      context.log->warn("{}: {}", config.state_directory, sentence);
    start.incarnation = std::max(start.incarnation, plan.incarnation);
    before = std::move(plan.kept);
    context.next_life = life;
    peer_memory known{plan.peers};
    std::ranges::sort(known.known);
    context.peers = supervision::table<peer_memory>{std::move(known)};
    plan.peers.resize(std::min(plan.peers.size(), former_peers_called));
    context.former_peers = std::move(plan.peers);
  }
  topology_table table{std::move(start)};
  table.set_clock(std::chrono::floor<std::chrono::seconds>(context.wall_clock()));
  const auto refuse = [&](const std::string& group) {
    context.log->error("not all claims of the group \"{}\" could be made: they are too many",
                       group);
  };
  for (const auto& group : table.make_kept(before)) refuse(group);
  std::map<std::string, std::vector<served_range>> fixed;
  for (const auto& x : config.items) fixed[x.group].push_back({x.range, x.port});
  for (auto& [group, served] : fixed) {
    if (!table.add_items(group, served)) refuse(group);
    table.drop_fallen(group);
  }
  start = table.state();
  if (!context.state) return;
  if (const auto failed = context.state->write(context.next_life->of(start))) {
    context.log->warn("nothing can be kept in {}: {}; it is tried again when there is something",
                      config.state_directory, failed.message());
  }
}

}  // namespace scalesmall
