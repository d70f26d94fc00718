#pragma once

#include <compare>
#include <string>
#include <tuple>
#include <vector>

#include "messages/key_set.hpp"
#include "messages/timed_set.hpp"
#include "messages/world_clock.hpp"

namespace scalesmall {

/// Claims of one group: a delta of the CRDT. For each member that `time` names, `items` holds the
/// claims of that member as of that clock. The row is complete, that is all claims of the member,
/// unless `since` names the member too: then it is a delta, the claims that changed after that
/// clock. Claims of other members may stand in `items` as well; they say nothing about
/// completeness.
///
/// A message may be restricted to a part of the keys, `within`. It then lacks every claim whose
/// range is outside, and "complete" means complete within these keys. It still says for each node
/// in `time` whether that node is a member of the group as of that clock, judged by all of its
/// claims. A message within no keys says only this.
///
/// Merging takes the union of the claims by key. For each member it takes the later clock with its
/// `since` and its absence. Of equal clocks it takes the earlier `since`, where none counts as the
/// earliest; a member is absent if either message says so. This is a join-semilattice for any two
/// messages of one group and the same keys, whatever subset of claims they hold.
struct message {
  std::string group_name;
  world_clock time;
  timed_set items;
  /// Where deltas begin: clocks of the same incarnation as the member's clock in `time`, and
  /// earlier.
  world_clock since = {};
  key_set within = {};  ///< the keys to which the message is restricted
  /// The nodes in `time` that are no longer members of the group. Ascending. Used only in a message
  /// restricted to a part of the keys; in others the claims show it.
  std::vector<net_id> absent = {};

  friend auto operator<=>(const message&, const message&) = default;
};

/// The order of the messages of a gossip.
[[nodiscard]] inline auto order_of(const message& x) { return std::tie(x.group_name, x.within); }

/// Whether the message lists the node as absent. Logarithmic time.
[[nodiscard]] bool says_absent(const message& x, const net_id& member);

/// Merges `other` into `into`; true if `into` changed. Throws std::invalid_argument if the two have
/// different groups or keys.
bool merge(message& into, const message& other);

/// The same rows as messages of one gossip: ascending by order_of, with the messages of one group
/// and the same keys merged.
[[nodiscard]] std::vector<message> united(std::vector<message> rows);

/// The members with at least one claim that is not rmv. Ascending.
[[nodiscard]] std::vector<net_id> members(const message& x);

/// For logs: group, keys, clocks and absent members on one line, then one claim a line.
[[nodiscard]] std::string to_string(const message& x);

}  // namespace scalesmall
