#include "actors/broadcast/audience.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "actors/topology/interest.hpp"

namespace scalesmall {

namespace {

/// From when on a delta may begin for a node that knows all claims within the keys up to `since`.
/// No change between the two concerns that node, so it has no gap although it was not told of them.
stamp earliest(const row& x, const stamp& since, const key_set& keys) {
  auto from = x.tombstones_dropped_to;
  for (const auto& claim : x.claims) {
    if (claim.at <= since && keys.touches(claim.item.range)) from = std::max(from, claim.at);
  }
  return std::min(from, since);
}

/// Whether it may be news to a node that knows the row up to `since` that the member is one, or
/// that it has left.
bool may_come_or_go(const row& x, const std::optional<stamp>& since) {
  return !since || !is_member(x) || std::ranges::none_of(x.claims, [&](const timed_item& claim) {
    return claim.item.op != op::rmv && claim.at <= *since;
  });
}

/// The part of a message that concerns a node with this interest; nothing if no part does.
std::optional<message> part_of(const message& x, const key_set& keys, const topology& t) {
  message part{x.group_name, {}, {}, {}, intersection(x.within, keys)};
  for (const auto& clock : x.time.clocks()) {
    const auto since = x.since.at(clock.member);
    const auto* known = find_row(t, x.group_name, clock.member);
    bool any = known && may_come_or_go(*known, since);
    for (const auto& claim : x.items.row(clock.member)) {
      if (part.within.touches(claim.item.range)) any |= part.items.put(claim);
    }
    if (!any) continue;
    part.time.advance(clock);
    if (x.within.is_whole() ? known && known->at == clock.at && was_member(*known) == false
                            : says_absent(x, clock.member))
      part.absent.push_back(clock.member);
    if (!since || !known) continue;
    const auto from = earliest(*known, *since, part.within);
    if (from.incarnation == clock.at.incarnation) part.since.advance({clock.member, from});
  }
  if (part.time.empty()) return std::nullopt;
  return part;
}

/// The group's name and the keys wanted of it, of each group that is not wanted whole.
using interests = std::map<std::string, key_set>;

/// The members that are interested in a part of these groups, ascending, by their interest.
std::map<interests, std::vector<net_id>> narrow_members(const topology& t,
                                                        const std::vector<message>& rows) {
  std::map<net_id, interests> by_member;
  for (const auto& told : rows) {
    const auto* group = find_group(t, told.group_name);
    if (!group || !group->has_narrow()) continue;
    for (const auto& x : group->all()) {
      if (x->member == t.self) continue;
      if (auto keys = interest_of(*x); !keys.is_whole())
        by_member[x->member].emplace(told.group_name, std::move(keys));
    }
  }
  std::map<interests, std::vector<net_id>> found;
  for (auto& [member, wanted] : by_member) found[std::move(wanted)].push_back(member);
  return found;
}

std::size_t clocks_in(const std::vector<message>& rows) {
  std::size_t n = 0;
  for (const auto& x : rows) n += x.time.clocks().size();
  return n;
}

bool is_in(const narrow_audience& x, const net_id& member) {
  return std::ranges::binary_search(x.members, member);
}

/// Takes the members of an audience out of these units; those of one unit remain one.
std::vector<multicast_unit> take_members(std::vector<multicast_unit>& units,
                                         const narrow_audience& x) {
  std::vector<multicast_unit> taken;
  for (auto& unit : units) {
    const auto first = std::stable_partition(
        unit.begin(), unit.end(), [&](const net_id& member) { return !is_in(x, member); });
    if (first == unit.end()) continue;
    taken.emplace_back(first, unit.end());
    unit.erase(first, unit.end());
  }
  return taken;
}

}  // namespace

std::vector<narrow_audience> narrow_audiences(const topology& t, const std::vector<message>& rows) {
  const auto narrow = narrow_members(t, rows);
  if (narrow.size() * clocks_in(rows) > narrow_comparisons_max) return {};
  std::map<std::vector<message>, std::vector<net_id>> by_rows;
  for (const auto& [wanted, members] : narrow) {
    std::vector<message> concerned;
    for (const auto& told : rows) {
      const auto keys = wanted.find(told.group_name);
      if (keys == wanted.end()) {
        concerned.push_back(told);
      } else if (auto part = part_of(told, keys->second, t)) {
        concerned.push_back(std::move(*part));
      }
    }
    // What was told of different keys may concern the same part of them, or no keys.
    auto& audience = by_rows[united(std::move(concerned))];
    audience.insert(audience.end(), members.begin(), members.end());
  }
  std::vector<narrow_audience> all;
  all.reserve(by_rows.size());
  for (auto& [concerned, members] : by_rows) {
    std::ranges::sort(members);
    all.push_back({std::move(members), concerned});
  }
  return all;
}

std::vector<share> divide(const std::vector<message>& rows, peer_table::recipients to,
                          const std::vector<narrow_audience>& narrow) {
  std::vector<share> shares{{rows, {}}};
  for (const auto& x : narrow) {
    share part{x.rows, {take_members(to.familiar, x), take_members(to.strangers, x), {}}};
    if (to.put_back && is_in(x, *to.put_back)) part.to.put_back = std::exchange(to.put_back, {});
    if (!x.rows.empty()) shares.push_back(std::move(part));
  }
  shares[0].to = std::move(to);
  return shares;
}

}  // namespace scalesmall
