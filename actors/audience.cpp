#include "actors/audience.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "actors/interest.hpp"

namespace scalesmall {

namespace {

/// Since when a delta can be told to who knows all claims within the keys up to `since`: what lies
/// between does not concern them. So they need not be told of what does not, and have no gap.
stamp earliest(const row& x, const stamp& since, const key_set& keys) {
  auto from = x.forgotten;
  for (const auto& claim : x.claims) {
    if (claim.at <= since && keys.touches(claim.item.range)) from = std::max(from, claim.at);
  }
  return std::min(from, since);
}

/// What of a message concerns who is interested in these keys; nothing if nothing does.
std::optional<message> part_of(const message& x, const key_set& keys, const topology& t) {
  auto within = intersection(x.within, keys);
  if (!within) return std::nullopt;
  message part{x.group_name, {}, {}, {}, std::move(*within)};
  for (const auto& clock : x.time.clocks()) {
    bool any = false;
    for (const auto& claim : x.items.row(clock.member)) {
      if (part.within.touches(claim.item.range)) any |= part.items.put(claim);
    }
    if (!any) continue;
    part.time.advance(clock);
    const auto since = x.since.at(clock.member);
    const auto* known = find_row(t, x.group_name, clock.member);
    if (!since || !known) continue;
    const auto from = earliest(*known, *since, part.within);
    if (from.incarnation == clock.at.incarnation) part.since.advance({clock.member, from});
  }
  if (part.time.empty()) return std::nullopt;
  return part;
}

/// Of these groups, the interests of all who are interested in a part.
std::map<net_id, std::map<std::string, key_set>> narrow_members(const topology& t,
                                                                const std::vector<message>& rows) {
  std::map<net_id, std::map<std::string, key_set>> found;
  for (const auto& told : rows) {
    const auto* group = find_group(t, told.group_name);
    if (!group || !group->has_narrow()) continue;
    for (const auto& x : group->all()) {
      if (x->member == t.self) continue;
      if (auto keys = interest_of(*x); !keys.is_whole())
        found[x->member].emplace(told.group_name, std::move(keys));
    }
  }
  return found;
}

}  // namespace

std::vector<narrow_audience> narrow_audiences(const topology& t, const std::vector<message>& rows) {
  std::map<std::vector<message>, std::vector<net_id>> by_rows;
  for (const auto& [member, interests] : narrow_members(t, rows)) {
    std::vector<message> concerned;
    for (const auto& told : rows) {
      const auto narrow = interests.find(told.group_name);
      if (narrow == interests.end()) {
        concerned.push_back(told);
      } else if (auto part = part_of(told, narrow->second, t)) {
        concerned.push_back(std::move(*part));
      }
    }
    std::ranges::sort(concerned, {}, [](const auto& x) { return order_of(x); });
    by_rows[std::move(concerned)].push_back(member);
  }
  std::vector<narrow_audience> all;
  all.reserve(by_rows.size());
  for (auto& [concerned, members] : by_rows) all.push_back({std::move(members), concerned});
  return all;
}

std::vector<share> divide(const std::vector<message>& rows, peer_table::recipients whom,
                          const std::vector<narrow_audience>& narrow) {
  std::vector<share> shares{{rows, {}}};
  const auto is_in = [](const narrow_audience& x, const net_id& member) {
    return std::ranges::binary_search(x.members, member);
  };
  for (const auto& x : narrow) {
    share part{x.rows, {}};
    for (std::size_t i = 0; i < whom.units.size(); ++i) {
      auto& unit = whom.units[i];
      const auto first = std::stable_partition(
          unit.begin(), unit.end(), [&](const net_id& member) { return !is_in(x, member); });
      if (first == unit.end()) continue;
      part.whom.units.emplace_back(first, unit.end());
      if (i < whom.familiar) ++part.whom.familiar;
      unit.erase(first, unit.end());
    }
    if (whom.put_back && is_in(x, *whom.put_back))
      part.whom.put_back = std::exchange(whom.put_back, {});
    if (!x.rows.empty()) shares.push_back(std::move(part));
  }
  shares[0].whom = std::move(whom);
  return shares;
}

}  // namespace scalesmall
