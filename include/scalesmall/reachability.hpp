#pragma once

#include <cstdint>
#include <scalesmall/net_id.hpp>
#include <scalesmall/range_owner.hpp>
#include <scalesmall/time.hpp>
#include <string_view>
#include <vector>

namespace scalesmall {

/// What the nodes that take part in the detection of failures find of a member.
enum class reach_state : std::uint8_t {
  reachable,
  suspect,      ///< at least one of its watchers does not reach it
  unreachable,  ///< so many of its watchers do not reach it that all hold it for unreachable
};

/// Why a member is held for unreachable, or suspect.
enum class reach_reason : std::uint8_t {
  silent,   ///< its watchers say that it does not answer
  refused,  ///< they say that its host refuses connections
  lasting,  ///< two of its watchers have said for long that it does not answer
  own,      ///< it says itself that it does not serve
  alone,    ///< this node itself has not reached it for long, whatever others say
};

/// "reachable", "suspect" or "unreachable".
[[nodiscard]] std::string_view to_string(reach_state x) noexcept;

/// "silent", "refused", "lasting", "own" or "alone".
[[nodiscard]] std::string_view to_string(reach_reason x) noexcept;

/// One member as this node judges it.
struct member_reachability {
  net_id member;
  reach_state state = reach_state::reachable;
  reach_reason why = reach_reason::silent;  ///< no meaning if it is reachable
  time_point since{};  ///< of the node's steady clock: when this state began at this node
  std::vector<net_id> stated_by = {};  ///< ascending

  friend bool operator==(const member_reachability&, const member_reachability&) = default;
};

/// What one node holds of all members at one moment.
struct reachability_table {
  /// The members that are not reachable, ascending.
  std::vector<member_reachability> members;
  /// Whether this node hears nobody; what it says of others is worth little then.
  bool isolated = false;
  /// Whether this node judges others (node_config::liveness). If not, it holds all for reachable.
  bool watching = false;

  /// What is held of a member; null: it is reachable. Valid as long as this table.
  [[nodiscard]] const member_reachability* find(const net_id& member) const;

  [[nodiscard]] bool is_unreachable(const net_id& member) const;

  friend bool operator==(const reachability_table&, const reachability_table&) = default;
};

/// An owner of a key, reachable or not.
struct judged_owner {
  range_owner owner;
  bool reachable = true;

  friend auto operator<=>(const judged_owner&, const judged_owner&) = default;
};

/// `owners(group, key, order::plan)` gives the owners in the order of the plan.
namespace order {

struct by_plan {};
inline constexpr by_plan plan{};

}  // namespace order

/// `owners(group, key, reach::all)` gives the unreachable owners, too.
namespace reach {

struct all_owners {};
inline constexpr all_owners all{};

}  // namespace reach

}  // namespace scalesmall
