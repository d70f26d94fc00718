#include "messages/message.hpp"

#include <algorithm>
#include <iterator>
#include <stdexcept>
#include <utility>

namespace scalesmall {

namespace {

/// For each member the `since` that belongs to the later clock.
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

/// The members that are absent as of their later clocks.
std::vector<net_id> later_absent(const message& a, const message& b) {
  std::vector<net_id> absent;
  const auto take = [&absent](const message& from, const message& other) {
    std::ranges::copy_if(from.absent, std::back_inserter(absent), [&](const net_id& member) {
      return from.time.at(member) >= other.time.at(member);
    });
  };
  take(a, b);
  take(b, a);
  std::ranges::sort(absent);
  absent.erase(std::unique(absent.begin(), absent.end()), absent.end());
  return absent;
}

}  // namespace

bool says_absent(const message& x, const net_id& member) {
  return std::ranges::binary_search(x.absent, member);
}

bool merge(message& into, const message& other) {
  if (into.group_name != other.group_name) {
    throw std::invalid_argument{"messages of different groups: " + into.group_name + ", " +
                                other.group_name};
  }
  if (into.within != other.within) throw std::invalid_argument{"messages of different keys"};
  auto since = later_since(into, other);
  auto absent = later_absent(into, other);
  bool changed = into.time.merge(other.time);
  changed |= into.items.merge(other.items);
  changed |= since != into.since || absent != into.absent;
  into.since = std::move(since);
  into.absent = std::move(absent);
  return changed;
}

std::vector<message> united(std::vector<message> rows) {
  std::ranges::stable_sort(rows, {}, [](const auto& x) { return order_of(x); });
  std::vector<message> all;
  all.reserve(rows.size());
  for (auto& x : rows) {
    if (!all.empty() && order_of(all.back()) == order_of(x)) {
      merge(all.back(), x);
    } else {
      all.push_back(std::move(x));
    }
  }
  return all;
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
  auto text = x.group_name;
  if (!x.within.is_whole())
    text += " within " + (x.within.is_none() ? "no keys" : to_string(x.within));
  text += ' ' + to_string(x.time);
  for (const auto& member : x.absent) text += " without " + to_string(member);
  return text + '\n' + to_string(x.items);
}

}  // namespace scalesmall
