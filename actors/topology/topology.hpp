#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "actors/topology/group_state.hpp"

namespace scalesmall {

/// What one node knows of all groups: the content of the topology table. Copying is cheap, the
/// groups are shared and never change once they are in it.
struct topology {
  net_id self;
  std::uint32_t incarnation = 0;  ///< of this node's present life; its own claims carry it
  std::map<std::string, std::shared_ptr<const group_state>, std::less<>> groups = {};
  std::map<std::string, std::vector<key_range>, std::less<>> joined =
      {};                     ///< ranges that this node joined each group with
  std::uint64_t version = 0;  ///< grows with each change of a row
};

/// The group's rows, or null if the group is not known.
[[nodiscard]] const group_state* find_group(const topology& t, std::string_view group);

/// The member's row in the group, or null.
[[nodiscard]] const row* find_row(const topology& t, std::string_view group, const net_id& member);

/// All groups known, ascending; this node need not be in them.
[[nodiscard]] std::vector<std::string> groups(const topology& t);

/// The groups in which this node has a claim that is not rmv, ascending.
[[nodiscard]] std::vector<std::string> my_groups(const topology& t);

/// The group's members, ascending; none if the group is not known.
[[nodiscard]] std::vector<net_id> members(const topology& t, std::string_view group);

/// The group's claims in key order, all or those of one op; none if the group is not known.
[[nodiscard]] std::vector<timed_item> items(const topology& t, std::string_view group,
                                            std::optional<op> which = {});

}  // namespace scalesmall
