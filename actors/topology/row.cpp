#include "actors/topology/row.hpp"

#include <algorithm>
#include <utility>

#include "messages/limits.hpp"

namespace scalesmall {

namespace {

auto position_of(auto& claims, key_range range) {
  return std::ranges::lower_bound(claims, range, {},
                                  [](const timed_item& x) { return x.item.range; });
}

/// True if a claim shows that the member was one as of the row's clock.
bool shows_presence(const row& x) {
  return std::ranges::any_of(x.claims,
                             [&](const auto& c) { return c.item.op != op::rmv && c.at <= x.at; });
}

/// True if the row has claims later than its clock, or had tombstones later than it.
bool has_later(const row& x) {
  return x.tombstones_dropped_to > x.at ||
         std::ranges::any_of(x.claims, [&](const auto& c) { return c.at > x.at; });
}

/// The clock of the newest claim that is no tombstone; {0, 0} if there is none.
stamp newest_active(const row& x) {
  stamp newest;
  for (const auto& c : x.claims) {
    if (c.item.op != op::rmv) newest = std::max(newest, c.at);
  }
  return newest;
}

}  // namespace

std::uint32_t incarnation_of(const row& x) {
  if (x.at != stamp{}) return x.at.incarnation;
  return x.claims.empty() ? x.told_presence.as_of.incarnation : x.claims.front().at.incarnation;
}

bool is_void_mark(const row& x) {
  return x.at != stamp{} && x.at.counter == 0 && x.claims.empty() && !presence_of(x).here &&
         x.told_presence.as_of <= x.at;
}

const timed_item* find_claim(const row& x, key_range range) {
  const auto i = position_of(x.claims, range);
  return i != x.claims.end() && i->item.range == range ? &*i : nullptr;
}

bool put_claim(row& x, const timed_item& claim) {
  const auto i = position_of(x.claims, claim.item.range);
  if (i == x.claims.end() || i->item.range != claim.item.range) {
    x.claims.insert(i, claim);
    return true;
  }
  if (!supersedes(claim, *i)) return false;
  *i = claim;
  return true;
}

presence presence_of(const row& x) {
  if (x.told_presence.as_of != stamp{} && x.told_presence.as_of >= x.at) return x.told_presence;
  if (shows_presence(x)) return {x.at, true};
  if (const auto newest = newest_active(x); newest != stamp{}) return {newest, true};
  return has_later(x) ? presence{} : presence{x.at, false};
}

std::optional<bool> was_member(const row& x) {
  if (x.told_presence.as_of == x.at) return x.told_presence.here;
  if (shows_presence(x)) return true;
  return has_later(x) ? std::nullopt : std::optional{false};
}

presence later(const presence& a, const presence& b) {
  if (a.as_of != b.as_of) return a.as_of > b.as_of ? a : b;
  return {a.as_of, a.here && b.here};
}

key_set interest_of(const row& x) {
  const auto* whole = find_claim(x, whole_range);
  if (whole && whole->item.op != op::rmv) return {};
  std::vector<key_range> ranges;  // ascending, none of them touches another
  for (const auto& claim : x.claims) {
    if (claim.item.op == op::rmv) continue;
    const auto& range = claim.item.range;
    const bool apart = ranges.empty() || (range.start_range > ranges.back().end_range &&
                                          range.start_range - 1 > ranges.back().end_range);
    if (!apart) {
      ranges.back().end_range = std::max(ranges.back().end_range, range.end_range);
    } else if (ranges.size() == limits::interest_ranges_max) {
      return {};
    } else {
      ranges.push_back(range);
    }
  }
  if (ranges.empty()) return x.at != stamp{} && is_member(x) ? key_set::none() : key_set{};
  return key_set::of(std::move(ranges));
}

bool touches(const row& x, const key_set& keys) {
  return std::ranges::any_of(x.claims, [&](const auto& c) { return keys.touches(c.item.range); });
}

bool is_active_in(const row& x, const key_set& keys) {
  return std::ranges::any_of(
      x.claims, [&](const auto& c) { return c.item.op != op::rmv && keys.touches(c.item.range); });
}

std::optional<stamp> delta_since(const row& x, const std::optional<stamp>& since) {
  const bool delta = since && since->incarnation == x.at.incarnation && *since < x.at &&
                     *since >= x.tombstones_dropped_to && !has_later(x);
  return delta ? since : std::nullopt;
}

void append_row(message& to, const row& x, const std::optional<stamp>& since) {
  const auto known = presence_of(x);
  if (to.within.is_none()) {
    if (known.as_of == stamp{}) return;
    to.time.advance({x.member, known.as_of});
    if (!known.here) to.absent.push_back(x.member);
    return;
  }
  if (x.at == stamp{}) return;
  const auto was = was_member(x);
  if (!was) return;
  if (to.within.is_whole()) {
    // A receiver judges by the claims, but a later one may have replaced those that show presence.
    if (*was && !shows_presence(x)) return;
  } else if (!*was) {
    if (known.as_of > x.at) return;  // the newer presence has replaced that of the claims' clock
    to.absent.push_back(x.member);
  }
  const auto from = delta_since(x, since);
  to.time.advance({x.member, x.at});
  if (from) to.since.advance({x.member, *from});
  if (!from && to.within.is_whole()) to.items.reserve_more(x.claims.size());
  for (const auto& claim : x.claims) {
    if (claim.at <= x.at && (!from || claim.at > *from) && to.within.touches(claim.item.range))
      to.items.put(claim);
  }
}

}  // namespace scalesmall
