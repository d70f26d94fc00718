#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <scalesmall/counters.hpp>
#include <scalesmall/coverage.hpp>
#include <scalesmall/reachability.hpp>
#include <scalesmall/routes.hpp>
#include <scalesmall/serve_options.hpp>
#include <scalesmall/snapshot.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace scalesmall {

struct node_context;

/// The read side of a node: what the node knows, and nothing that sends or waits. A node is one,
/// and node::view() may be copied. Copies are cheap. Any thread may use it, and so may an actor.
///
/// It may outlive the node, and the actor system; it then goes on with the last state. So an actor
/// keeps a view where it would otherwise keep a reference to the node.
class node_view {
public:
  /// For the library itself.
  explicit node_view(const node_context& node);

  /// The identity of the node: where it listens.
  [[nodiscard]] const net_id& id() const noexcept;

  // A group stands for those that it includes, too, where owners, routes and coverage are asked
  // for; see node::include.

  /// The owners of a key, ascending by member, then range; none if the group is not known.
  [[nodiscard]] std::vector<range_owner> owners(std::string_view group, std::uint32_t key) const;

  /// The owners of a key in any of these groups, each once.
  [[nodiscard]] std::vector<range_owner> owners(const std::vector<std::string>& groups,
                                                std::uint32_t key) const;

  /// The same with the unreachable owners, marked. Linear in the claims of the unreachable members.
  [[nodiscard]] std::vector<judged_owner> owners(std::string_view group, std::uint32_t key,
                                                 reach::all_owners all) const;

  /// The same, the primary of the plan first (node::serve), and those that are in no plan last.
  /// Linear in the members of the plan.
  [[nodiscard]] std::vector<range_owner> owners(std::string_view group, std::uint32_t key,
                                                order::by_plan by) const;

  /// Who is to serve what in a group that is served by plan, and how far it is done; nothing if
  /// nobody takes part. Makes a plan, which may take milliseconds.
  [[nodiscard]] std::optional<group_plan> plan(std::string_view group) const;

  /// The same for a caller that asks often.
  [[nodiscard]] scalesmall::routes routes(std::string group) const;
  [[nodiscard]] scalesmall::routes routes(std::vector<std::string> groups) const;

  /// The groups that a group includes itself, ascending; node::include.
  [[nodiscard]] std::vector<std::string> included(std::string_view group) const;

  /// All keys in pieces that have the same owners; one gap if the group is not known.
  [[nodiscard]] scalesmall::coverage coverage(std::string_view group) const;

  /// Grows with each change of the group that this node learns; 0 if the group is not known.
  [[nodiscard]] std::uint64_t version(std::string_view group) const;

  /// The members of the group, ascending, dead ones included; none if the group is not known.
  [[nodiscard]] std::vector<net_id> members(std::string_view group) const;

  /// The claims of the group in key order, all or those of one op; none if the group is not known.
  [[nodiscard]] std::vector<timed_item> topology(std::string_view group,
                                                 std::optional<op> which = {}) const;

  /// All groups that this node knows, ascending.
  [[nodiscard]] std::vector<std::string> groups() const;

  /// The groups of which this node is a member, ascending.
  [[nodiscard]] std::vector<std::string> my_groups() const;

  /// All other nodes that this node knows, ascending.
  [[nodiscard]] std::vector<net_id> peers() const;

  /// All that the node knows of the groups at this moment, for several questions of one moment.
  [[nodiscard]] scalesmall::snapshot snapshot() const;

  // -- the detection of failures, if node_config::liveness is on; otherwise all are reachable

  /// What the node holds of a member; reachable if nobody says anything else of it.
  [[nodiscard]] member_reachability reachability(const net_id& member) const;

  /// What the node holds of all members that are not reachable, and whether it is isolated itself.
  [[nodiscard]] reachability_table reachability() const;

  /// What the node has sent, received and dropped since its start.
  [[nodiscard]] const counters& counts() const noexcept;

private:
  struct content;

  std::shared_ptr<const content> content_;
};

}  // namespace scalesmall
