#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <scalesmall/coverage.hpp>
#include <scalesmall/range_owner.hpp>
#include <scalesmall/reachability.hpp>
#include <scalesmall/routing_index.hpp>
#include <scalesmall/timed_item.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace scalesmall {

struct topology;

/// What one node knew of all groups at one moment, for a program that wants several answers of the
/// same moment. A value that never changes; copies are cheap. Any thread.
class snapshot {
public:
  /// node::snapshot() makes it. @param content not null
  explicit snapshot(std::shared_ptr<const scalesmall::topology> content) noexcept
      : content_(std::move(content)) {}

  /// All groups that the node knows, ascending; the node need not be a member of them.
  [[nodiscard]] std::vector<std::string> groups() const;

  /// The groups of which the node is a member, ascending.
  [[nodiscard]] std::vector<std::string> my_groups() const;

  /// The members of the group, ascending; none if the group is not known.
  [[nodiscard]] std::vector<net_id> members(std::string_view group) const;

  /// The claims of the group in key order, all or those of one op; none if the group is not known.
  [[nodiscard]] std::vector<timed_item> topology(std::string_view group,
                                                 std::optional<op> which = {}) const;

  // A group stands for those that it includes, too (node::include), where owners, routing and
  // coverage are asked for.

  /// The owners of the key, ascending by member, then range; none if the group is not known.
  [[nodiscard]] std::vector<range_owner> owners(std::string_view group, std::uint32_t key) const;

  /// The owners of the key in any of these groups, each once.
  [[nodiscard]] std::vector<range_owner> owners(const std::vector<std::string>& groups,
                                                std::uint32_t key) const;

  /// The same with the unreachable owners, marked. Linear in the claims of the unreachable members.
  [[nodiscard]] std::vector<judged_owner> owners(std::string_view group, std::uint32_t key,
                                                 reach::all_owners all) const;

  /// The owners of all keys; empty if the group is not known.
  [[nodiscard]] routing_index routing(std::string_view group) const;

  /// All keys in pieces that have the same owners; one gap if the group is not known.
  [[nodiscard]] scalesmall::coverage coverage(std::string_view group) const;

  /// Grows with each change of the group that the node learns; 0 if the group is not known.
  [[nodiscard]] std::uint64_t version(std::string_view group) const;

  /// Grows with each change of any group that the node learns.
  [[nodiscard]] std::uint64_t version() const;

private:
  std::shared_ptr<const scalesmall::topology> content_;
};

}  // namespace scalesmall
