// The half of topology_table that merges arriving messages.

#include <algorithm>
#include <limits>
#include <utility>

#include "actors/topology/interest.hpp"
#include "actors/topology/topology_table.hpp"
#include "messages/limits.hpp"

namespace scalesmall {

namespace {

/// True if claims heard of a row differ from the true ones. They differ if
/// - a claim of the same range is as new or newer and differs, or
/// - both rows are of the same clock, and the true row lacks a claim that is no tombstone. (A
///   tombstone may have expired on one side.)
bool contradicts(std::span<const timed_item> heard, const row& truth, bool same_clock) {
  return std::ranges::any_of(heard, [&](const timed_item& claim) {
    const auto* standing = find_claim(truth, claim.item.range);
    return standing ? standing->at <= claim.at && *standing != claim
                    : same_clock && claim.item.op != op::rmv;
  });
}

/// True if a message says that the node is a member as of its clock there; nothing if the message
/// does not tell.
std::optional<bool> presence_in(const message& arrived, const net_id& member) {
  if (!arrived.within.is_whole()) return !says_absent(arrived, member);
  const bool active = std::ranges::any_of(arrived.items.row(member),
                                          [](const auto& x) { return x.item.op != op::rmv; });
  if (!active && arrived.since.at(member)) return std::nullopt;  // others may stand
  return active;
}

/// True if a message tells the whole row of a member, but not all of its claims.
bool lacks_claims(const message& heard, const row& truth) {
  if (!heard.within.is_whole() || heard.time.at(truth.member) != truth.at ||
      heard.since.at(truth.member))
    return false;
  return std::ranges::any_of(truth.claims, [&](const timed_item& claim) {
    return claim.item.op != op::rmv && !heard.items.find(truth.member, claim.item.range);
  });
}

/// Merges claims into the claims of a row, both ascending by range. A claim is put if `takes` says
/// so of it and of the claim that stands on its range (or null), and if it supersedes that. True if
/// the row changed. Linear in both.
template <class Takes>
bool merge_claims(std::vector<timed_item>& into, std::span<const timed_item> claims, Takes takes) {
  std::vector<timed_item> merged;
  merged.reserve(into.size() + claims.size());
  bool changed = false;
  auto old = into.cbegin();
  for (const auto& claim : claims) {
    while (old != into.cend() && old->item.range < claim.item.range) merged.push_back(*old++);
    const bool stands = old != into.cend() && old->item.range == claim.item.range;
    const auto* standing = stands ? &*old++ : nullptr;
    const bool put = takes(claim, standing) && (!standing || supersedes(claim, *standing));
    changed |= put;
    if (put || standing) merged.push_back(put ? claim : *standing);
  }
  if (!changed) return false;
  merged.insert(merged.end(), old, into.cend());
  into = std::move(merged);
  return true;
}

}  // namespace

std::uint32_t topology_table::known_incarnation(const net_id& member) const {
  const auto known = members_.find(member);
  return known == members_.end() ? 0 : known->second.incarnation;
}

/// The greatest number is never valid, because a member could not move past it.
std::uint32_t topology_table::incarnation_limit(const net_id& member) const {
  if (!clock_) return incarnation_max_;
  const auto known = members_.find(member);
  const auto limit = member == state_.self ? own_bound_.latest(state_.incarnation, *clock_)
                     : known == members_.end()
                         ? incarnation_bound::latest_of_unknown(*clock_)
                         : known->second.bound.latest(known->second.incarnation, *clock_);
  return std::min(limit, incarnation_max_);
}

bool topology_table::is_void(const local_clock& clock) {
  const auto incarnation = clock.at.incarnation;
  if (incarnation == 0 || incarnation < known_incarnation(clock.member) || is_banned(clock))
    return true;
  if (incarnation <= incarnation_limit(clock.member)) return false;
  if (const auto known = members_.find(clock.member); clock_ && known != members_.end())
    known->second.bound.note(incarnation, known->second.incarnation, *clock_);
  return true;
}

const row* topology_table::current(const target& group, const local_clock& clock) const {
  const auto* known = group.find(clock.member);
  const bool is_former =
      known &&
      incarnation_of(*known) < std::max(clock.at.incarnation, known_incarnation(clock.member));
  return is_former ? nullptr : known;
}

topology_table::outcome topology_table::merge(const message& arrived) {
  outcome out;
  auto group = look_up(arrived.group_name);
  hear(group, arrived, out);
  const auto* mine = own(group);
  const auto wanted = mine ? interest_of(*mine) : key_set{};
  // A message of fewer keys than this node wants cannot complete a row, whatever its clocks say.
  const bool tells_all = arrived.within.covers(wanted);
  for (const auto& clock : arrived.time.clocks()) {
    if (clock.member == state_.self) continue;
    if (!out.impossible && clock.at.incarnation > incarnation_limit(clock.member))
      out.impossible = clock;
    if (is_void(clock)) continue;
    if (tells_all) {
      accept_row(group, arrived, clock, wanted, out);
    } else {
      accept_presence(group, clock.member, {clock.at, !says_absent(arrived, clock.member)}, out);
    }
  }
  for (auto left = arrived.items.items(); !left.empty();) {
    const auto member = left.front().item.member;
    const auto end = std::ranges::find_if(
        left, [&](const timed_item& claim) { return claim.item.member != member; });
    const auto claims = left.first(static_cast<std::size_t>(end - left.begin()));
    left = left.subspan(claims.size());
    if (member == state_.self || (tells_all && arrived.time.at(member))) continue;
    std::vector<timed_item> loose;  // of one incarnation, the newest
    for (const auto& claim : claims) {
      const auto incarnation = claim.at.incarnation;
      if (!wanted.touches(claim.item.range)) continue;
      if (!loose.empty() && loose.front().at.incarnation == incarnation) {
        loose.push_back(claim);
      } else if ((loose.empty() || loose.front().at.incarnation < incarnation) &&
                 !is_void(claim.updated_at())) {
        loose = {claim};
      }
    }
    accept_loose(group, loose, out);
  }
  if (!tells_all) out.gap = {};  // the sender knows no more, so asking it for more is useless
  return out;
}

void topology_table::accept_row(target& group, const message& arrived, const local_clock& clock,
                                const key_set& wanted, outcome& out) {
  const auto* known = current(group, clock);
  if (known && known->at > clock.at) return;
  const auto since = arrived.since.at(clock.member);
  const auto claims = arrived.items.row(clock.member);
  if (claims.size() > limits::row_items_max) {
    ++out.refused;
    return;
  }
  // A broken writer may have stamped a claim differently from its row. A claim of another
  // incarnation, later than the row or before the delta's beginning does not belong to the row.
  row next{clock.member, clock.at};
  for (const auto& claim : claims) {
    if (claim.at.incarnation == clock.at.incarnation && claim.at <= clock.at &&
        (!since || claim.at > *since) && wanted.touches(claim.item.range))
      next.claims.push_back(claim);
  }
  if (!wanted.is_whole()) {
    const auto here = presence_in(arrived, clock.member);
    if (!here) {
      out.gap.advance({clock.member, known ? known->at : stamp{}});
      return accept_loose(group, next.claims, out);
    }
    next.told_presence = {clock.at, *here};
  }
  since ? accept_delta(group, next, *since, wanted, out)
        : accept_complete(group, std::move(next), out);
}

void topology_table::accept_complete(target& group, row next, outcome& out) {
  const auto* known = current(group, {next.member, next.at});
  // A void mark is of use only where it voids something. Otherwise nodes that have dropped it would
  // get it again from those that have not.
  if (!known && is_void_mark(next) && known_incarnation(next.member) >= next.at.incarnation &&
      !keeps_void_mark(next.member, group.name))
    return;
  if (known && known->at == next.at) {
    auto both = *known;
    both.told_presence = later(known->told_presence, next.told_presence);
    // A claim that the row lacks under the same clock was a tombstone or has been removed.
    const bool changed =
        merge_claims(both.claims, next.claims, [&](const timed_item& claim, const auto* standing) {
          return standing || (claim.item.op != op::rmv && claim.at > both.tombstones_dropped_to);
        });
    if (!changed && both.told_presence == known->told_presence) return;
    next = std::move(both);
  } else {
    next.tombstones_dropped_to = next.at;  // the sender may have dropped any of its tombstones
    if (known) {
      if (known->told_presence.as_of > next.at) next.told_presence = known->told_presence;
      merge_claims(next.claims, known->claims,
                   [&](const timed_item& claim, const auto*) { return claim.at > next.at; });
    }
  }
  accept(group, std::move(next), {}, out);
}

void topology_table::accept_delta(target& group, const row& next, const stamp& since,
                                  const key_set& wanted, outcome& out) {
  const auto* known = current(group, {next.member, next.at});
  const auto from = known ? known->at : stamp{};
  if (from.incarnation != next.at.incarnation || from < since) {
    // A narrow node gets no earlier deltas that are outside its interest. An empty delta is no gap.
    if (!wanted.is_whole()) accept_presence(group, next.member, next.told_presence, out);
    if (next.claims.empty() && !wanted.is_whole()) return;
    out.gap.advance({next.member, from});
    return accept_loose(group, next.claims, out);
  }
  auto both = *known;
  both.at = next.at;
  both.told_presence =
      known->told_presence.as_of > next.at ? known->told_presence : next.told_presence;
  // A claim that is not newer and that the row does not hold has been removed.
  merge_claims(both.claims, next.claims, [&](const timed_item& claim, const auto* standing) {
    return standing || claim.at > from;
  });
  if (both != *known) accept(group, std::move(both), from, out);
}

void topology_table::accept(target& group, row next, const std::optional<stamp>& since,
                            outcome& out) {
  if (!has_room(group, next.member, next.claims.size())) {
    ++out.refused;
    return;
  }
  if (auto mark = mark_of(group.name, next, since)) out.news.push_back(std::move(*mark));
  put(group, std::move(next));
}

/// Leaves out.news alone: announcements of rows tell the presence, too.
void topology_table::accept_presence(target& group, const net_id& member, const presence& told,
                                     outcome& out) {
  const auto* known = current(group, {member, told.as_of});
  if (!known && !told.here) return;
  row next = known ? *known : row{member};
  if (later(told, presence_of(next)) == presence_of(next)) return;
  next.told_presence = told;
  if (has_room(group, next.member, next.claims.size())) return put(group, std::move(next));
  ++out.refused;
}

void topology_table::accept_loose(target& group, std::span<const timed_item> claims, outcome& out) {
  if (claims.empty()) return;
  if (claims.size() > limits::row_items_max) {
    ++out.refused;
    return;
  }
  const auto& member = claims.front().item.member;
  const auto* known = current(group, claims.front().updated_at());
  row next = known ? *known : row{member};
  if (!merge_claims(next.claims, claims,
                    [&](const timed_item& claim, const auto*) { return claim.at > next.at; }))
    return;
  if (!has_room(group, next.member, next.claims.size())) {
    ++out.refused;
    return;
  }
  out.gap.advance({member, next.at});
  put(group, std::move(next));
}

/// Notes what a message says of this node, if that is not true.
void topology_table::hear(const target& group, const message& arrived, outcome& out) {
  const auto heard_row = arrived.items.row(state_.self);
  const auto clock = arrived.time.at(state_.self);
  if (!clock && heard_row.empty()) return;
  auto heard = clock.value_or(stamp{});
  for (const auto& claim : heard_row) heard = std::max(heard, claim.at);
  if (heard.incarnation == 0 ||
      heard.incarnation >= std::numeric_limits<std::uint32_t>::max() - 1) {
    ++out.refused;
    return;
  }
  const auto* mine = own(group);
  if (heard.incarnation < state_.incarnation) {
    // Claims of a former life of this node. Any row of this life voids them.
    if (!members_.contains(state_.self)) accuse(heard.incarnation, true, group.name);
    return;
  }
  const bool same_clock = mine && clock == mine->at;
  const bool denied = same_clock && !arrived.within.is_whole() &&
                      says_absent(arrived, state_.self) == is_member(*mine);
  if (mine && heard <= mine->at && !denied && !contradicts(heard_row, *mine, same_clock) &&
      !lacks_claims(arrived, *mine))
    return;
  // A void mark of this node: it has dropped the mark itself, or lost it by a restart within the
  // second of its incarnation. Then the others keep it as the only row of this node.
  if (!mine && heard == stamp{state_.incarnation, 0} && heard_row.empty() &&
      presence_in(arrived, state_.self) != true) {
    if (keeps_void_mark(state_.self, group.name)) accuse(heard.incarnation, true, group.name);
    return;
  }
  // Claims of a former life that began in the same second, or false ones. A new incarnation voids
  // them in every group at once. It must be one that others accept, too.
  const auto latest = incarnation_limit(state_.self);
  if (heard.incarnation > latest) ++out.refused;
  accuse(std::min(heard.incarnation, latest), false, group.name);
}

void topology_table::accuse(std::uint32_t incarnation, bool of_former_life,
                            const std::string& group) {
  if (!accused_) accused_ = accusation{incarnation, of_former_life, group};
  accused_->incarnation = std::max(accused_->incarnation, incarnation);
  accused_->of_former_life &= of_former_life;
}

std::vector<row_mark> topology_table::refute() {
  if (!accused_) return {};
  const auto what = *std::exchange(accused_, std::nullopt);
  refuted_ = clock_;
  if (!what.of_former_life) raise_incarnation(std::max(what.incarnation, state_.incarnation) + 1);
  if (keeps_void_mark(state_.self, what.group)) put_void_mark(what.group);
  return own_marks();
}

/// Nobody but a node itself may say that it has nothing.
void topology_table::put_void_mark(const std::string& name) {
  auto group = look_up(name);
  if (own(group)) return;
  row nothing{state_.self, {state_.incarnation, 0}};
  if (has_room(group, nothing.member, nothing.claims.size())) put(group, std::move(nothing));
}

bool topology_table::is_banned(const local_clock& clock) {
  const auto banned = banned_.find(clock.member);
  if (banned == banned_.end()) return false;
  if (clock.at.incarnation <= banned->second) return true;
  banned_.erase(banned);
  return false;
}

}  // namespace scalesmall
