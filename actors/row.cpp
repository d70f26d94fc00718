#include "actors/row.hpp"

#include <algorithm>
#include <utility>

#include "messages/digest.hpp"
#include "messages/limits.hpp"

namespace scalesmall {

namespace {

auto place_of(auto& claims, key_range range) {
  return std::ranges::lower_bound(claims, range, {},
                                  [](const timed_item& x) { return x.item.range; });
}

auto row_of(auto& rows, const net_id& member) {
  return std::ranges::lower_bound(rows, member, {},
                                  [](const auto& x) -> const net_id& { return x->member; });
}

/// Whether the member is known to have been one as of the row's clock.
bool was_here(const row& x) {
  if (x.told.as_of == x.at) return x.told.here;
  return std::ranges::any_of(x.claims,
                             [&](const auto& c) { return c.item.op != op::rmv && c.at <= x.at; });
}

}  // namespace

const timed_item* find_claim(const row& x, key_range range) {
  const auto i = place_of(x.claims, range);
  return i != x.claims.end() && i->item.range == range ? &*i : nullptr;
}

bool put_claim(row& x, const timed_item& claim) {
  const auto i = place_of(x.claims, claim.item.range);
  if (i == x.claims.end() || i->item.range != claim.item.range) {
    x.claims.insert(i, claim);
    return true;
  }
  if (!supersedes(claim, *i)) return false;
  *i = claim;
  return true;
}

presence presence_of(const row& x) {
  if (x.told.as_of != stamp{} && x.told.as_of >= x.at) return x.told;
  return {x.at, is_active_in(x, {})};
}

presence later(const presence& a, const presence& b) {
  if (a.as_of != b.as_of) return a.as_of > b.as_of ? a : b;
  return {a.as_of, a.here && b.here};
}

key_set interest_of(const row& x) {
  const auto* whole = find_claim(x, whole_range);
  if (whole && whole->item.op != op::rmv) return {};
  std::vector<key_range> ranges;
  for (const auto& claim : x.claims) {
    if (claim.item.op != op::rmv) ranges.push_back(claim.item.range);
  }
  if (ranges.empty()) return x.at != stamp{} && is_member(x) ? key_set::none() : key_set{};
  auto keys = key_set::of(std::move(ranges));
  return keys.ranges().size() <= limits::interest_ranges_max ? keys : key_set{};
}

bool touches(const row& x, const key_set& keys) {
  return std::ranges::any_of(x.claims, [&](const auto& c) { return keys.touches(c.item.range); });
}

bool is_active_in(const row& x, const key_set& keys) {
  return std::ranges::any_of(
      x.claims, [&](const auto& c) { return c.item.op != op::rmv && keys.touches(c.item.range); });
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
  if (!to.within.is_whole() && !was_here(x)) {
    if (known.as_of > x.at) return;  // whether it was one as of the claims is not known any more
    to.absent.push_back(x.member);
  }
  const bool delta =
      since && since->incarnation == x.at.incarnation && *since < x.at && *since >= x.forgotten;
  to.time.advance({x.member, x.at});
  if (delta) to.since.advance({x.member, *since});
  for (const auto& claim : x.claims) {
    if (claim.at <= x.at && (!delta || claim.at > *since) && to.within.touches(claim.item.range))
      to.items.put(claim);
  }
}

const row* group_rows::find(const net_id& member) const {
  const auto i = row_of(rows_, member);
  return i != rows_.end() && (*i)->member == member ? i->get() : nullptr;
}

void group_rows::put(row x) {
  count(x, 1);
  auto shared = std::make_shared<const row>(std::move(x));
  const auto i = row_of(rows_, shared->member);
  if (i == rows_.end() || (*i)->member != shared->member) {
    rows_.insert(i, std::move(shared));
  } else {
    count(**i, -1);
    *i = std::move(shared);
  }
}

bool group_rows::erase(const net_id& member) {
  const auto i = row_of(rows_, member);
  if (i == rows_.end() || (*i)->member != member) return false;
  count(**i, -1);
  rows_.erase(i);
  return true;
}

void group_rows::settle() {
  if (gone_.empty() && come_.empty()) return;
  routes_ = routes_.changed(std::exchange(gone_, {}), std::exchange(come_, {}));
}

void group_rows::count(const row& x, int sign) {
  auto& owners = sign < 0 ? gone_ : come_;
  for (const auto& [what, at] : x.claims) {
    if (what.op == op::add) owners.push_back({what.member, what.range, what.port});
  }
  const auto signed_of = [sign](auto n) { return sign < 0 ? decltype(n){} - n : n; };
  claims_ += signed_of(x.claims.size());
  narrow_ += signed_of(std::size_t{interest_of(x).is_whole() ? 0U : 1U});
  if (x.at != stamp{}) hash_ += signed_of(clock_hash({x.member, x.at}));
  if (is_member(x)) members_hash_ += signed_of(clock_hash({x.member, {}}));
}

world_clock clocks_of(const group_rows& group) {
  world_clock clocks;
  for (const auto& x : group.all()) {
    if (x->at != stamp{}) clocks.advance({x->member, x->at});
  }
  return clocks;
}

}  // namespace scalesmall
