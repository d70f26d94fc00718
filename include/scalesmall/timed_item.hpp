#pragma once

#include <compare>
#include <scalesmall/item.hpp>
#include <scalesmall/local_clock.hpp>
#include <string>

namespace scalesmall {

/// A claim and the moment, by the member's own clock, at which the member last changed it.
struct timed_item {
  scalesmall::item item;
  stamp at;

  [[nodiscard]] local_clock updated_at() const { return {item.member, at}; }

  friend auto operator<=>(const timed_item&, const timed_item&) = default;
};

/// Whether a and b claim the same range of the same member.
[[nodiscard]] inline bool same_key(const timed_item& a, const timed_item& b) {
  return a.item.range == b.item.range && a.item.member == b.item.member;
}

/// The order of a timed_set: by member, then range.
[[nodiscard]] inline std::strong_ordering compare_keys(const timed_item& a, const timed_item& b) {
  const auto members = a.item.member <=> b.item.member;
  return members != 0 ? members : a.item.range <=> b.item.range;
}

/// Whether a replaces b, a claim of the same range by the same member. The later one does. If a
/// broken writer gave both the same stamp, the greater by (op, port) does. This is a total order,
/// so the order of arrival never matters.
[[nodiscard]] inline bool supersedes(const timed_item& a, const timed_item& b) {
  if (a.at != b.at) return a.at > b.at;
  return a.item.op != b.item.op ? a.item.op > b.item.op : a.item.port > b.item.port;
}

/// "127.0.0.1:29999 add 15..255 port 11223 clock 1763793600.1".
[[nodiscard]] std::string to_string(const timed_item& x);

}  // namespace scalesmall
