#pragma once

#include <cstdint>
#include <scalesmall/local_clock.hpp>
#include <scalesmall/range_owner.hpp>
#include <string>
#include <variant>
#include <vector>

namespace scalesmall {

/// A node has become a member of the group. `at` is the member's own clock.
struct member_joined {
  net_id member;
  stamp at;

  friend bool operator==(const member_joined&, const member_joined&) = default;
};

/// A node is no longer a member of the group.
struct member_left {
  net_id member;
  stamp at;

  friend bool operator==(const member_left&, const member_left&) = default;
};

/// A member serves a range on a port. A member that moves a range to another port removes it and
/// adds it.
struct range_added {
  range_owner what;
  stamp at;

  friend bool operator==(const range_added&, const range_added&) = default;
};

/// A member no longer serves a range on a port.
struct range_removed {
  range_owner what;
  stamp at;

  friend bool operator==(const range_removed&, const range_removed&) = default;
};

using group_event = std::variant<member_joined, member_left, range_added, range_removed>;

/// What a subscriber is told of one group. The events of one member are in the order of its clock:
/// the member joins before it adds a range, and leaves after it has removed all of them.
struct group_update {
  std::string group;
  /// Whether the events are the whole content of the group, so that the subscriber has to forget
  /// what it was told before. So is the first update of a group, and the next one after a
  /// subscriber has been too slow.
  bool snapshot = false;
  std::vector<group_event> events;

  friend bool operator==(const group_update&, const group_update&) = default;
};

/// "member_joined 127.0.0.1:29999", "range_added 127.0.0.1:29999 15..255 port 11223", ...
[[nodiscard]] std::string to_string(const group_event& x);

}  // namespace scalesmall
