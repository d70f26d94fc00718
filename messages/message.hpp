#pragma once

#include <compare>
#include <string>
#include <tuple>
#include <vector>

#include "messages/key_set.hpp"
#include "messages/timed_set.hpp"
#include "messages/world_clock.hpp"

namespace scalesmall {

/// What is known of one group, or a part of it. For each member that `time` names, `items` holds
/// what it claims as of that clock: all of it, a complete row; or, if `since` names the member too,
/// what it changed after that clock, a delta. Claims of other members may stand in it as well and
/// then say nothing of completeness.
///
/// A message may speak of a part of the keys: then it lacks every claim of a range outside of them,
/// and "complete" means complete within them. It still says of each member in `time` whether it is
/// one, by any claim, as of that clock. A part of no keys says nothing else.
///
/// Merging is the union of the claims by key and, by member, the later clock with its `since` (of
/// equal clocks the earlier `since`, and none is the earliest) and its absence (of equal clocks, if
/// either says so): a join-semilattice for any two messages of one group and the same keys,
/// whatever subset of claims they hold.
struct message {
  std::string group_name;
  world_clock time;
  timed_set items;
  /// Of the same incarnation as the member's clock in `time`, and before it.
  world_clock since = {};
  key_set within = {};  ///< the keys that it speaks of
  /// Of the members in `time` those who are none any more; ascending. Only in a part: else the
  /// claims tell.
  std::vector<net_id> absent = {};

  friend auto operator<=>(const message&, const message&) = default;
};

/// By what the messages of a gossip ascend.
[[nodiscard]] inline auto order_of(const message& x) { return std::tie(x.group_name, x.within); }

/// Whether a message of a part says that this member, which stands in its `time`, is none any more.
[[nodiscard]] bool says_absent(const message& x, const net_id& member);

/// True if `into` changed. Throws std::invalid_argument if the two speak of different groups or
/// keys.
bool merge(message& into, const message& other);

/// The same rows as the messages of one gossip: ascending by order_of, and those of one group and
/// the same keys merged.
[[nodiscard]] std::vector<message> united(std::vector<message> rows);

/// The members with at least one claim that is not rmv, ascending.
[[nodiscard]] std::vector<net_id> members(const message& x);

/// The group's name, its clock and one claim a line.
[[nodiscard]] std::string to_string(const message& x);

}  // namespace scalesmall
