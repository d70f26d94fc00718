#pragma once

#include <cstdint>
#include <scalesmall/local_clock.hpp>
#include <scalesmall/range_owner.hpp>
#include <string>
#include <variant>
#include <vector>

namespace scalesmall {

/// A node has made its first claim in the group. In all events `at` is the member's own clock.
struct member_joined {
  net_id member;
  stamp at;

  friend bool operator==(const member_joined&, const member_joined&) = default;
};

/// A member has withdrawn all of its claims, or has been forgotten.
struct member_left {
  net_id member;
  stamp at;

  friend bool operator==(const member_left&, const member_left&) = default;
};

/// A member has begun to serve a range on a port.
struct range_added {
  range_owner what;
  stamp at;

  friend bool operator==(const range_added&, const range_added&) = default;
};

/// A member has stopped serving a range on a port. A change of the port removes the range and adds
/// it again.
struct range_removed {
  range_owner what;
  stamp at;

  friend bool operator==(const range_removed&, const range_removed&) = default;
};

/// This node holds a member for unreachable (docs/liveness.md). The member stays one, and its
/// ranges stay added.
struct member_unreachable {
  net_id member;
  stamp at;

  friend bool operator==(const member_unreachable&, const member_unreachable&) = default;
};

/// A member that was unreachable is reachable again.
struct member_reachable {
  net_id member;
  stamp at;

  friend bool operator==(const member_reachable&, const member_reachable&) = default;
};

using group_event = std::variant<member_joined, member_left, range_added, range_removed,
                                 member_unreachable, member_reachable>;

/// One update of a subscriber about one group. The events of a member are in the order of its
/// clock: it joins before it adds a range, and leaves after it has removed all its ranges. A member
/// that is unreachable when it joins or in a snapshot is said to be so after its ranges.
struct group_update {
  std::string group;
  /// True if the events build the group's whole content from nothing, so that the subscriber must
  /// forget what it knew of the group. A group's first update is a snapshot, and so is the first
  /// after the subscriber was too slow.
  bool snapshot = false;
  std::vector<group_event> events;

  friend bool operator==(const group_update&, const group_update&) = default;
};

/// "member_joined 127.0.0.1:29999", "range_added 127.0.0.1:29999 15..255 port 11223", ...
[[nodiscard]] std::string to_string(const group_event& x);

}  // namespace scalesmall
