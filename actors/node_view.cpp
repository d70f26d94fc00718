#include <scalesmall/node_view.hpp>
#include <utility>

#include "actors/assignment/plan_records.hpp"
#include "actors/node_context.hpp"
#include "actors/peers/peer_table.hpp"
#include "actors/routing/inclusions.hpp"
#include "actors/topology/topology.hpp"

namespace scalesmall {

// Not the node_context itself: that holds actors, which must not outlive their system.
struct node_view::content {
  net_id self;
  supervision::table<scalesmall::topology> topologies;
  supervision::table<peer_memory> peers;
  supervision::table<reachability_table> reachability;
  std::shared_ptr<const counters> counts;
};

node_view::node_view(const node_context& node)
    : content_(std::make_shared<const content>(
          content{node.self, node.topologies, node.peers, node.reachability, node.counts})) {}

const net_id& node_view::id() const noexcept { return content_->self; }

snapshot node_view::snapshot() const { return scalesmall::snapshot{content_->topologies.read()}; }

std::vector<range_owner> node_view::owners(std::string_view group, std::uint32_t key) const {
  return snapshot().owners(group, key);
}

std::vector<range_owner> node_view::owners(const std::vector<std::string>& groups,
                                           std::uint32_t key) const {
  return snapshot().owners(groups, key);
}

std::vector<judged_owner> node_view::owners(std::string_view group, std::uint32_t key,
                                            reach::all_owners all) const {
  return snapshot().owners(group, key, all);
}

std::vector<range_owner> node_view::owners(std::string_view group, std::uint32_t key,
                                           order::by_plan) const {
  const auto t = content_->topologies.read();
  auto found = scalesmall::snapshot{t}.owners(group, key);
  order_by_plan(found, *t, *content_->reachability.read(), group, key);
  return found;
}

std::optional<group_plan> node_view::plan(std::string_view group) const {
  return plan_of(*content_->topologies.read(), *content_->reachability.read(), group);
}

routes node_view::routes(std::string group) const {
  return {content_->topologies, std::move(group)};
}

std::vector<std::string> node_view::included(std::string_view group) const {
  return included_in(*content_->topologies.read(), group);
}

coverage node_view::coverage(std::string_view group) const { return snapshot().coverage(group); }

std::uint64_t node_view::version(std::string_view group) const { return snapshot().version(group); }

std::vector<net_id> node_view::members(std::string_view group) const {
  return snapshot().members(group);
}

std::vector<timed_item> node_view::topology(std::string_view group, std::optional<op> which) const {
  return snapshot().topology(group, which);
}

std::vector<std::string> node_view::groups() const { return snapshot().groups(); }

std::vector<std::string> node_view::my_groups() const { return snapshot().my_groups(); }

std::vector<net_id> node_view::peers() const { return content_->peers.read()->known; }

member_reachability node_view::reachability(const net_id& member) const {
  const auto all = content_->reachability.read();
  const auto* told = all->find(member);
  return told ? *told : member_reachability{member};
}

reachability_table node_view::reachability() const { return *content_->reachability.read(); }

const counters& node_view::counts() const noexcept { return *content_->counts; }

}  // namespace scalesmall
