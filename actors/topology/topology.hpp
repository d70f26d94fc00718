#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "actors/topology/group_state.hpp"
#include "actors/topology/kept_claims.hpp"

namespace scalesmall {

/// A node's knowledge of all groups: the content of the topology table. Copying is cheap: copies
/// share the groups, which never change once they are here.
struct topology {
  net_id self;
  std::uint32_t incarnation = 0;  ///< of this node's present life; its own claims carry it
  std::map<std::string, std::shared_ptr<const group_state>, std::less<>> groups = {};
  /// The ranges with which this node joined each group.
  std::map<std::string, std::vector<key_range>, std::less<>> joined = {};
  std::uint64_t version = 0;  ///< grows with each change of a row
  /// The members that are unreachable, ascending; null: none. The routes of the groups leave them
  /// out.
  std::shared_ptr<const std::vector<net_id>> unreachable = {};
  /// What of this node's own claims outlives it; null: nothing.
  std::shared_ptr<const kept_claims> kept = {};
};

/// The group, or null if it is not known.
[[nodiscard]] const group_state* find_group(const topology& t, std::string_view group);

/// The member's row in the group, or null.
[[nodiscard]] const row* find_row(const topology& t, std::string_view group, const net_id& member);

/// The names of all known groups, ascending. This node need not be a member of them.
[[nodiscard]] std::vector<std::string> groups(const topology& t);

/// The names of the groups that this node is a member of, ascending.
[[nodiscard]] std::vector<std::string> my_groups(const topology& t);

/// The group's members, ascending; empty if the group is not known.
[[nodiscard]] std::vector<net_id> members(const topology& t, std::string_view group);

/// The group's claims, ascending by member and range, all or those of one op; empty if the group is
/// not known.
[[nodiscard]] std::vector<timed_item> items(const topology& t, std::string_view group,
                                            std::optional<op> which = {});

}  // namespace scalesmall
