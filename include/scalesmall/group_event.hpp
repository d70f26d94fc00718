#pragma once

#include <cstdint>
#include <scalesmall/local_clock.hpp>
#include <scalesmall/range_owner.hpp>
#include <string>
#include <variant>
#include <vector>

namespace scalesmall {

/// A member has its first claim in the group, or none any more. `at` is the member's own clock.
struct member_joined {
  net_id member;
  stamp at;

  friend bool operator==(const member_joined&, const member_joined&) = default;
};
struct member_left {
  net_id member;
  stamp at;

  friend bool operator==(const member_left&, const member_left&) = default;
};

/// A member serves a range on a port, or does so no longer. Who moves to another port removes the
/// range and adds it.
struct range_added {
  range_owner what;
  stamp at;

  friend bool operator==(const range_added&, const range_added&) = default;
};
struct range_removed {
  range_owner what;
  stamp at;

  friend bool operator==(const range_removed&, const range_removed&) = default;
};

using group_event = std::variant<member_joined, member_left, range_added, range_removed>;

/// What a subscriber is told of one group at a time. The events of one member are in the order of
/// its clock: it joins before it adds a range, and leaves after it has removed all of them.
struct group_update {
  std::string group;
  /// Forget what was told of this group before: the events make its whole content out of nothing.
  /// The first update of a group is one, and the next after a subscriber has been too slow.
  bool snapshot = false;
  std::vector<group_event> events;

  friend bool operator==(const group_update&, const group_update&) = default;
};

/// "member_joined 127.0.0.1:29999", "range_added 127.0.0.1:29999 15..255 port 11223", ...
[[nodiscard]] std::string to_string(const group_event& x);

}  // namespace scalesmall
