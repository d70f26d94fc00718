#include "actors/events/group_diff.hpp"

#include <algorithm>
#include <iterator>

namespace scalesmall {

namespace {

const stamp& clock_of(const group_event& x) {
  return std::visit([](const auto& y) -> const stamp& { return y.at; }, x);
}

bool serves(const timed_item& x) { return x.item.op == op::add; }

range_owner owner_of(const timed_item& x) { return {x.item.member, x.item.range, x.item.port}; }

/// The ranges that only one of the rows serves, as events in the order of their clocks.
std::vector<group_event> range_changes(const row& before, const row& after) {
  std::vector<group_event> events;
  auto old = before.claims.begin();
  auto now = after.claims.begin();
  const auto removed = [&](const stamp& at) {
    if (serves(*old)) events.push_back(range_removed{owner_of(*old), at});
    ++old;
  };
  const auto added = [&] {
    if (serves(*now)) events.push_back(range_added{owner_of(*now), now->at});
    ++now;
  };
  while (old != before.claims.end() || now != after.claims.end()) {
    if (now == after.claims.end() ||
        (old != before.claims.end() && old->item.range < now->item.range)) {
      removed(after.at);  // the removal's own clock is gone with its tombstone
    } else if (old == before.claims.end() || now->item.range < old->item.range) {
      added();
    } else if (old->item == now->item) {
      ++old, ++now;
    } else {
      removed(now->at);
      added();
    }
  }
  std::ranges::stable_sort(events, {}, clock_of);
  return events;
}

/// True if subscribers should see the member. A member that is known to have left stays present
/// until its claims are gone, so that member_left comes after range_removed.
bool is_present(const row& x) { return is_member(x) || is_active_in(x, {}); }

/// One member in one state of the group.
struct seen_member {
  const row& known;
  bool hidden = false;  // unreachable
};

void append_row_changes(const seen_member& then, const seen_member& now,
                        std::vector<group_event>& events) {
  const auto& before = then.known;
  const auto& after = now.known;
  const bool was = is_present(before);
  const bool is = is_present(after);
  const auto newest = std::max(presence_of(after).as_of, after.at);
  const auto ranges = range_changes(before, after);
  if (is && !was) {
    const auto wanted = [](const timed_item& x) { return x.item.op != op::rmv; };
    auto first = presence_of(after).as_of;
    for (const auto& x : after.claims) first = wanted(x) ? std::min(first, x.at) : first;
    events.push_back(member_joined{after.member, first});
  }
  events.insert(events.end(), ranges.begin(), ranges.end());
  const bool was_hidden = was && then.hidden;
  if (is && now.hidden && !was_hidden) events.push_back(member_unreachable{after.member, newest});
  if (is && !now.hidden && was_hidden) events.push_back(member_reachable{after.member, newest});
  if (was && !is) events.push_back(member_left{after.member, newest});
}

}  // namespace

std::vector<group_event> group_changes(const group_state& before, const group_state& after) {
  std::vector<group_event> events;
  auto old = before.all().begin();
  auto now = after.all().begin();
  const auto old_end = before.all().end();
  const auto now_end = after.all().end();
  const auto in = [](const group_state& group, const row& x) {
    return seen_member{x, group.is_hidden(x.member)};
  };
  while (old != old_end || now != now_end) {
    if (old != old_end && now != now_end && *old == *now &&
        before.is_hidden((*old)->member) == after.is_hidden((*now)->member)) {
      ++old, ++now;
    } else if (now == now_end || (old != old_end && (*old)->member < (*now)->member)) {
      const row nothing{(*old)->member, presence_of(**old).as_of};
      append_row_changes(in(before, **old), {nothing}, events);
      ++old;
    } else if (old == old_end || (*now)->member < (*old)->member) {
      const row nothing{(*now)->member};
      append_row_changes({nothing}, in(after, **now), events);
      ++now;
    } else {
      append_row_changes(in(before, **old), in(after, **now), events);
      ++old, ++now;
    }
  }
  return events;
}

}  // namespace scalesmall
