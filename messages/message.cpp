#include "messages/message.hpp"

#include <stdexcept>

namespace scalesmall {

namespace {

/// Of each member the `since` that belongs to the later clock.
world_clock later_since(const message& a, const message& b) {
  world_clock since;
  const auto take = [&since](const message& from, const message& other) {
    for (const auto& clock : from.since.clocks()) {
      const auto mine = from.time.at(clock.member);
      const auto theirs = other.time.at(clock.member);
      if (theirs && *theirs > *mine) continue;
      const auto other_since = other.since.at(clock.member);
      const bool earlier_there = theirs == mine && (!other_since || *other_since < clock.at);
      if (!earlier_there) since.advance(clock);
    }
  };
  take(a, b);
  take(b, a);
  return since;
}

}  // namespace

bool merge(message& into, const message& other) {
  if (into.group_name != other.group_name) {
    throw std::invalid_argument{"messages of different groups: " + into.group_name + ", " +
                                other.group_name};
  }
  if (into.within != other.within) throw std::invalid_argument{"messages of different keys"};
  auto since = later_since(into, other);
  bool changed = into.time.merge(other.time);
  changed |= into.items.merge(other.items);
  changed |= since != into.since;
  into.since = std::move(since);
  return changed;
}

std::vector<net_id> members(const message& x) {
  std::vector<net_id> found;
  for (const auto& i : x.items.items()) {
    const bool known = !found.empty() && found.back() == i.item.member;
    if (i.item.op != op::rmv && !known) found.push_back(i.item.member);
  }
  return found;
}

std::string to_string(const message& x) {
  const auto within = x.within.is_whole() ? "" : " within " + to_string(x.within);
  return x.group_name + within + ' ' + to_string(x.time) + '\n' + to_string(x.items);
}

}  // namespace scalesmall
