// The half of topology_table that merges arriving messages.

#include <algorithm>

#include "actors/topology/interest.hpp"
#include "actors/topology/topology_table.hpp"

namespace scalesmall {

namespace {

/// True if claims heard of a row differ from the true ones. They differ if
/// - a claim of the same range and stamp differs, or
/// - both rows are of the same clock, and the true row lacks a claim that is no tombstone. (A
///   tombstone may have expired on one side.)
bool contradicts(std::span<const timed_item> heard, const row& truth, bool same_clock) {
  return std::ranges::any_of(heard, [&](const timed_item& claim) {
    const auto* standing = find_claim(truth, claim.item.range);
    return standing ? standing->at == claim.at && *standing != claim
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

}  // namespace

/// The greatest number is never valid, because a member could not move past it. 0 is not valid
/// either.
bool topology_table::is_possible(std::uint32_t incarnation) const {
  return incarnation != 0 && incarnation <= incarnation_max_;
}

topology_table::outcome topology_table::apply(const message& arrived) {
  outcome out;
  auto group = look_up(arrived.group_name);
  defend(group, arrived, out);
  const auto* mine = own(group);
  const auto wanted = mine ? interest_of(*mine) : key_set{};
  // A message of fewer keys than this node wants cannot complete a row, whatever its clocks say.
  const bool tells_all = arrived.within.covers(wanted);
  for (const auto& clock : arrived.time.clocks()) {
    if (clock.member == state_.self) continue;
    if (clock.at.incarnation > incarnation_max_ && !out.impossible) out.impossible = clock;
    if (is_void(group, clock)) continue;
    if (tells_all) {
      accept_row(group, arrived, clock, wanted, out);
    } else {
      accept_presence(group, clock.member, {clock.at, !says_absent(arrived, clock.member)}, out);
    }
  }
  std::vector<timed_item> loose;
  for (const auto& claim : arrived.items.items()) {
    const auto& member = claim.item.member;
    if (member == state_.self || (tells_all && arrived.time.at(member))) continue;
    if (!wanted.touches(claim.item.range)) continue;
    if (!loose.empty() && loose.front().item.member != member)
      accept_loose(group, std::exchange(loose, {}), out);
    if (!is_void(group, claim.updated_at())) loose.push_back(claim);
  }
  if (!loose.empty()) accept_loose(group, loose, out);
  if (!tells_all) out.gap = {};  // the sender knows no more, so asking it for more is useless
  return out;
}

void topology_table::accept_row(target& group, const message& arrived, const local_clock& clock,
                                const key_set& wanted, outcome& out) {
  const auto* known = group.find(clock.member);
  if (known && known->at > clock.at) return;
  const auto since = arrived.since.at(clock.member);
  // A broken writer may have stamped a claim differently from its row. A claim of another
  // incarnation, later than the row or before the delta's beginning does not belong to the row.
  row next{clock.member, clock.at};
  for (const auto& claim : arrived.items.row(clock.member)) {
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
  const auto* known = group.find(next.member);
  if (known && known->at == next.at) {
    auto both = *known;
    both.told_presence = later(known->told_presence, next.told_presence);
    bool changed = both.told_presence != known->told_presence;
    for (const auto& claim : next.claims) {
      // A claim that the row lacks under the same clock was a tombstone or has been removed.
      const bool gone = !find_claim(both, claim.item.range) &&
                        (claim.item.op == op::rmv || claim.at <= both.tombstones_dropped_to);
      changed |= !gone && put_claim(both, claim);
    }
    if (!changed) return;
    next = std::move(both);
  } else {
    next.tombstones_dropped_to = next.at;  // the sender may have dropped any of its tombstones
    if (known) {
      if (known->told_presence.as_of > next.at) next.told_presence = known->told_presence;
      for (const auto& claim : known->claims) {
        if (claim.at > next.at) put_claim(next, claim);
      }
    }
  }
  accept(group, std::move(next), {}, out);
}

void topology_table::accept_delta(target& group, const row& next, const stamp& since,
                                  const key_set& wanted, outcome& out) {
  const auto* known = group.find(next.member);
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
  for (const auto& claim : next.claims) {
    // A claim that is not newer and that the row does not hold has been removed.
    if (claim.at > from || find_claim(both, claim.item.range)) put_claim(both, claim);
  }
  if (both != *known) accept(group, std::move(both), from, out);
}

void topology_table::accept(target& group, row next, const std::optional<stamp>& since,
                            outcome& out) {
  if (!has_room(group, next)) {
    ++out.refused;
    return;
  }
  if (auto mark = mark_of(group.name, next, since)) out.news.push_back(std::move(*mark));
  put(group, std::move(next));
}

/// Leaves out.news alone: announcements of rows tell the presence, too.
void topology_table::accept_presence(target& group, const net_id& member, const presence& told,
                                     outcome& out) {
  const auto* known = group.find(member);
  if (!known && !told.here) return;
  row next = known ? *known : row{member};
  if (later(told, presence_of(next)) == presence_of(next)) return;
  next.told_presence = told;
  if (has_room(group, next)) return put(group, std::move(next));
  ++out.refused;
}

void topology_table::accept_loose(target& group, const std::vector<timed_item>& claims,
                                  outcome& out) {
  if (claims.empty()) return;
  const auto& member = claims.front().item.member;
  const auto* known = group.find(member);
  row next = known ? *known : row{member};
  bool changed = false;
  for (const auto& claim : claims) changed |= claim.at > next.at && put_claim(next, claim);
  if (!changed) return;
  if (!has_room(group, next)) {
    ++out.refused;
    return;
  }
  out.gap.advance({member, next.at});
  put(group, std::move(next));
}

void topology_table::defend(target& group, const message& arrived, outcome& out) {
  const auto heard_row = arrived.items.row(state_.self);
  const auto clock = arrived.time.at(state_.self);
  if (!clock && heard_row.empty()) return;
  auto heard = clock.value_or(stamp{});
  for (const auto& claim : heard_row) heard = std::max(heard, claim.at);
  if (!is_possible(heard.incarnation)) {
    ++out.refused;
    return;
  }
  const auto* mine = own(group);
  if (heard.incarnation < state_.incarnation) {
    // Claims of a former life of this node. If this life has a row, its newer clock voids them.
    if (mine) return;
    put_empty_own_row(group, out);
    if (const auto* empty = own(group)) out.own_truth.push_back(*mark_of(group.name, *empty));
    return;
  }
  const bool denied = mine && clock == mine->at && !arrived.within.is_whole() &&
                      says_absent(arrived, state_.self) == is_member(*mine);
  if (mine && heard <= mine->at && !denied && !contradicts(heard_row, *mine, clock == mine->at))
    return;
  // The message has claims for this node that it never made. They are of a former life that began
  // in the same second, or false. A new incarnation voids them in every group at once.
  raise_incarnation(heard.incarnation + 1);
  renew(group);
  if (!own(group)) put_empty_own_row(group, out);
  out.own_truth = marks_of_member(state_, state_.self);
}

void topology_table::put_empty_own_row(target& group, outcome& out) {
  row nothing{state_.self, {state_.incarnation, 0}};
  if (has_room(group, nothing)) {
    put(group, std::move(nothing));
  } else {
    ++out.refused;
  }
}

bool topology_table::is_banned(const local_clock& clock) {
  const auto banned = banned_.find(clock.member);
  if (banned == banned_.end()) return false;
  if (clock.at.incarnation <= banned->second) return true;
  banned_.erase(banned);
  return false;
}

bool topology_table::is_void(target& group, const local_clock& clock) {
  if (!is_possible(clock.at.incarnation) || is_banned(clock)) return true;
  const auto newest = incarnations_.find(clock.member);
  if (newest == incarnations_.end()) return false;
  if (clock.at.incarnation > newest->second) {
    newest->second = clock.at.incarnation;
    drop_rows(clock.member);
    renew(group);
  }
  return clock.at.incarnation < newest->second;
}

}  // namespace scalesmall
