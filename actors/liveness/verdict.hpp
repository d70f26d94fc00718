#pragma once

#include <cstddef>
#include <cstdint>
#include <scalesmall/net_id.hpp>
#include <scalesmall/reachability.hpp>
#include <vector>

#include "actors/liveness/watch_rings.hpp"
#include "actors/topology/group_state.hpp"

namespace scalesmall {

/// What follows from the statements about one member.
struct member_verdict {
  net_id member;
  bool unreachable = false;  ///< false: suspect, since somebody states it
  reach_reason why = reach_reason::silent;
  std::vector<net_id> stated_by = {};  ///< ascending

  friend bool operator==(const member_verdict&, const member_verdict&) = default;
};

/// Of all members about which there are statements that count, ascending. All others are reachable.
using verdict = std::vector<member_verdict>;

/// Statements in one row that are looked at. A member has fewer; the rest of a longer row is
/// ignored.
inline constexpr std::size_t statements_of_row_max = 256;

/// Neighbours on the rings agree if neither states the other. The core is what remains of the
/// members when, again and again, all are left out that agree with fewer than three of the others.
/// Then those join it, again and again, that agree with two of its members. Where many die at once,
/// or are cut off, the rest of the cluster is the core, and no smaller part of it is.
inline constexpr std::ptrdiff_t core_agree_min = 3;
inline constexpr std::ptrdiff_t core_agree_to_join = 2;

/// If all neighbours of a member but one are unreachable, and they are so many, the last one is
/// enough.
inline constexpr std::ptrdiff_t neighbours_gone_min = 3;

/// What a node leaves out of its verdict, since it was itself part of what happened a moment ago.
struct reservations {
  /// Ascending: members that are passed over as watchers, because they were unreachable until now.
  /// What they state of others may be old: after a partition each side would otherwise take over
  /// what the other found of it.
  std::vector<net_id> distrusted = {};
  /// Ascending: members from which this node is cut off, or was until now (see opposed_core). What
  /// they state counts only about themselves and about members in `unreachable`.
  std::vector<net_id> unheard = {};
  /// Ascending: members that are unreachable by the verdict until now, or as this node finds
  /// itself.
  std::vector<net_id> unreachable = {};
};

/// The verdict: a function of the rows of the liveness group, of `self` for reach_reason::alone,
/// and of the node's reservations.
///
/// A statement counts if its observer watches the member and is not held for unreachable itself,
/// and if it is about the member's present life. A member is unreachable if one of these holds:
/// - more than half of its watchers state it, and at least two of them;
/// - two of its watchers state that it refuses connections, or that it has been silent for long;
/// - more than half of its neighbours in the core state it, and at least two of them, or the last
///   neighbour that is left does (see neighbours_gone_min);
/// - it states itself;
/// - `self` states that it has been silent for long.
/// A member with one watcher needs one statement. Since the watchers of a member change when others
/// are unreachable, this is repeated until nothing changes; only more members become unreachable
/// with each round.
///
/// @param rings of the members of the group
[[nodiscard]] verdict judge(const group_state& group, const watch_rings& rings, const net_id& self,
                            const reservations& without = {});

/// The statements in the rows of the group that the verdict does not rest on: those about
/// strangers or other lives, of members that do not watch their subject or are passed over, and
/// those of a row beyond statements_of_row_max.
[[nodiscard]] std::size_t ignored_statements(const group_state& group, const watch_rings& rings,
                                             const verdict& found);

/// The members of the core, ascending, if `self` is cut off from it: if `self` finds two of its
/// members silent that others reach; or one, and is outside of it, or in a part that is apart from
/// most of it. Empty otherwise. Linear in the members; at once if `self` finds nobody silent.
///
/// @param silent ascending: members that `self` finds silent, whether it states them or not
[[nodiscard]] std::vector<net_id> opposed_core(const group_state& group, const watch_rings& rings,
                                               const net_id& self,
                                               const std::vector<net_id>& silent,
                                               const reservations& without);

/// The members of a verdict, ascending.
[[nodiscard]] std::vector<net_id> members_of(const verdict& x);

/// The members of a verdict that are unreachable, ascending.
[[nodiscard]] std::vector<net_id> unreachable_of(const verdict& x);

}  // namespace scalesmall
