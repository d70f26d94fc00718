#include "actors/topology/topology_table.hpp"

#include <algorithm>
#include <iterator>
#include <limits>
#include <utility>

#include "actors/topology/interest.hpp"
#include "messages/group_name.hpp"
#include "messages/limits.hpp"

namespace scalesmall {

namespace {

/// The counter of a node's first change in a group. 0 is left to void marks (is_void_mark): others
/// may still hold one that this node has dropped, or that it lost by a start within the second of
/// its incarnation, and no two rows may have one clock.
constexpr std::uint32_t first_counter = 1;

stamp newest_removal(const row& x) {
  stamp newest;
  for (const auto& claim : x.claims) {
    if (claim.item.op == op::rmv) newest = std::max(newest, claim.at);
  }
  return newest;
}

}  // namespace

topology_table::topology_table(topology state) : state_(std::move(state)) {
  for (const auto& [name, group] : state_.groups) {
    claims_ += group->claims();
    for (const auto& x : group->all()) {
      auto& known = members_[x->member];
      known.groups.insert(name);
      known.claims += x->claims.size();
      note_incarnation(x->member, known, incarnation_of(*x));
      if (const auto removed = newest_removal(*x); removed != stamp{})
        tombstones_.note({name, {x->member, removed}});
      if (is_void_mark(*x)) tombstones_.note({name, {x->member, x->at}});
    }
  }
}

topology_table::target topology_table::look_up(const std::string& group) const {
  return {group, find_group(state_, group)};
}

row topology_table::own_row(const target& group) const {
  const auto* known = own(group);
  return known ? *known : row{state_.self};
}

group_state& topology_table::open(target& group) {
  const auto [opened, closed] = open_.try_emplace(group.name);
  if (closed) {
    auto& slot = state_.groups[group.name];
    opened->second = slot ? std::make_shared<group_state>(*slot) : std::make_shared<group_state>();
    slot = opened->second;
    if (state_.unreachable && !is_reserved(group.name)) opened->second->hide(state_.unreachable);
  }
  opened->second->set_version(++state_.version);
  group.state = opened->second.get();
  return *opened->second;
}

void topology_table::put(target& group, row x) {
  auto& rows = open(group);
  const auto* former = rows.find(x.member);
  const auto removed = newest_removal(x);
  if (removed != stamp{} && (!former || newest_removal(*former) < removed))
    tombstones_.note({group.name, {x.member, removed}});
  if (is_void_mark(x) && (!former || former->at != x.at))
    tombstones_.note({group.name, {x.member, x.at}});
  auto& known = members_[x.member];
  if (!former) known.groups.insert(state_.groups.find(group.name)->first);
  known.claims = known.claims + x.claims.size() - (former ? former->claims.size() : 0);
  note_incarnation(x.member, known, incarnation_of(x));
  claims_ -= rows.claims();
  rows.put(std::move(x));
  claims_ += rows.claims();
}

void topology_table::note_incarnation(const net_id& member, member_index& known,
                                      std::uint32_t incarnation) {
  const bool rises = known.incarnation != 0 && incarnation > known.incarnation;
  const bool is_former = incarnation < known.incarnation;
  if (incarnation > known.incarnation) {
    if (clock_) known.bound.note(incarnation, known.incarnation, *clock_);
    known.incarnation = incarnation;
  }
  // The rows of this node itself all rise together.
  if ((!rises && !is_former) || known.groups.size() == 1 || member == state_.self) return;
  known.scanned.clear();
  if (!std::exchange(known.outdated, true)) outdated_.push_back(member);
}

void topology_table::erase(target& group, const net_id& member) {
  auto& rows = open(group);
  if (const auto* gone = rows.find(member)) {
    const auto known = members_.find(member);
    known->second.claims -= gone->claims.size();
    known->second.groups.erase(group.name);
    if (known->second.groups.empty()) members_.erase(known);
  }
  claims_ -= rows.claims();
  rows.erase(member);
  claims_ += rows.claims();
  if (!rows.all().empty()) return;
  open_.erase(group.name);
  state_.groups.erase(group.name);
  group.state = nullptr;
}

bool topology_table::has_room(const target& group, const net_id& member, std::size_t claims) const {
  const bool is_own = member == state_.self;
  const auto groups_max = limits::groups_max - (is_own ? 0 : limits::groups_reserved);
  if (!group.state && state_.groups.size() >= groups_max) return false;
  const auto known = members_.find(member);
  const auto others = members_.size() - (members_.contains(state_.self) ? 1 : 0);
  if (!is_own && known == members_.end() && others >= limits::peers_max) return false;
  const auto* former = group.find(member);
  const auto before = former ? former->claims.size() : 0;
  if (!is_own && known != members_.end()) {
    if (!former && known->second.groups.size() >= limits::groups_of_member_max) return false;
    if (known->second.claims - before + claims > limits::items_of_member_max) return false;
  }
  return claims <= limits::row_items_max && claims_ - before + claims <= limits::items_max;
}

stamp topology_table::next_stamp(target& group) {
  const auto* last = own(group);
  if (!last) return {state_.incarnation, first_counter};
  if (last->at.counter < std::numeric_limits<std::uint32_t>::max())
    return {state_.incarnation, last->at.counter + 1};
  raise_incarnation(state_.incarnation + 1);
  renew(group);
  return {state_.incarnation, first_counter};
}

topology_table::change topology_table::own_change(target& group, row changed,
                                                  const timed_item& claim) {
  const auto* former = own(group);
  const auto since = former ? std::optional{former->at} : std::nullopt;
  const auto before = former ? interest_of(*former) : key_set{};
  changed.at = claim.at;
  const auto wanted = interest_of(changed);
  put(group, std::move(changed));
  if (wanted != before) follow_interest(group, before, wanted);
  return {claim, *mark_of(group.name, *own(group), since)};
}

result<topology_table::change, call_error> topology_table::join(const std::string& name,
                                                                key_range range) {
  if (!is_group_name(name) || range.end_range < range.start_range)
    return call_error::invalid_argument;
  auto group = look_up(name);
  if (const auto* known = own(group)) {
    const auto* claim = find_claim(*known, range);
    if (claim && claim->item.op != op::rmv) {
      note_joined(name, range);
      return change{*claim, *mark_of(name, *known)};
    }
  }
  const timed_item claim{{state_.self, range, op::get, 0}, next_stamp(group)};
  auto changed = own_row(group);
  put_claim(changed, claim);
  if (!has_room(group, changed.member, changed.claims.size())) return call_error::limit_exceeded;
  note_joined(name, range);
  return own_change(group, std::move(changed), claim);
}

void topology_table::follow_interest(target& group, const key_set& before, const key_set& wanted) {
  const bool lacks = !before.covers(wanted);
  const auto known = *group.state;
  for (const auto& x : known.all()) {
    if (x->member == state_.self) continue;
    auto rest = *x;
    rest.told_presence = presence_of(*x);
    std::erase_if(rest.claims, [&](const timed_item& claim) {
      return !wanted.touches(claim.item.range) || (lacks && claim.item.op == op::rmv);
    });
    // Claims of the added keys are missing until a node that knows all of them sends the row. A row
    // of a part must tell the presence as of its clock, too.
    if (lacks || rest.told_presence.as_of < rest.at) rest.at = rest.tombstones_dropped_to = {};
    if (rest.at == stamp{} && rest.claims.empty() && !rest.told_presence.here) {
      erase(group, x->member);
    } else if (rest != *x) {
      put(group, std::move(rest));
    }
  }
}

void topology_table::note_joined(const std::string& group, key_range range) {
  auto& joined = state_.joined[group];
  if (std::ranges::find(joined, range) == joined.end()) joined.push_back(range);
}

result<topology_table::change, call_error> topology_table::remove_item(const std::string& name,
                                                                       key_range range,
                                                                       std::uint16_t port) {
  if (range.end_range < range.start_range) return call_error::invalid_argument;
  auto group = look_up(name);
  const auto* known = own(group);
  const auto* standing = known ? find_claim(*known, range) : nullptr;
  if (!standing || standing->item.op != op::add || standing->item.port != port)
    return call_error::not_found;
  const timed_item claim{withdrawn(name, standing->item), next_stamp(group)};
  auto changed = own_row(group);
  put_claim(changed, claim);
  return own_change(group, std::move(changed), claim);
}

result<topology_table::change, call_error> topology_table::leave(const std::string& name) {
  if (state_.joined.erase(name) == 0) return call_error::not_found;
  auto group = look_up(name);
  const auto at = next_stamp(group);
  auto changed = own_row(group);
  for (auto& claim : changed.claims) {
    claim.item.op = op::rmv;
    claim.at = at;
  }
  const auto first = changed.claims.front();
  return own_change(group, std::move(changed), first);
}

bool topology_table::expire(time_point now, duration grace) {
  // One removal after the other would copy a row as often as it has tombstones.
  std::map<std::pair<std::string, net_id>, stamp> rows;
  for (const auto& [group, up_to] : tombstones_.due(now, grace)) {
    auto& newest = rows[{group, up_to.member}];
    newest = std::max(newest, up_to.at);
  }
  bool any = false;
  for (const auto& [where, up_to] : rows) any |= expire({where.first, {where.second, up_to}});
  return any;
}

bool topology_table::expire(const tombstones::entry& over) {
  const auto& member = over.up_to.member;
  const auto up_to = over.up_to.at;
  auto group = look_up(over.group);
  const auto* known = group.find(member);
  if (!known) return false;
  if (is_void_mark(*known) && known->at == up_to) {
    const bool stays = keeps_void_mark(member, over.group);
    stays ? tombstones_.note(over) : erase(group, member);
    return !stays;
  }
  auto rest = *known;
  // Compare the claims' incarnations, since the row's own clock may still be unknown.
  std::erase_if(rest.claims, [&](const timed_item& x) {
    return x.item.op == op::rmv && x.at.incarnation == up_to.incarnation && x.at <= up_to;
  });
  if (rest.claims.size() == known->claims.size()) return false;
  rest.tombstones_dropped_to = std::max(rest.tombstones_dropped_to, up_to);
  if (incarnation_of(rest) == 0) {
    erase(group, member);
  } else {
    put(group, std::move(rest));
  }
  return true;
}

/// Something must say which of a member's incarnations is the newest one. If only void marks do, it
/// is the one in the group with the least name, so that all nodes keep the same.
bool topology_table::keeps_void_mark(const net_id& member, std::string_view group) const {
  const auto known = members_.find(member);
  if (known == members_.end()) return true;
  return std::ranges::none_of(known->second.groups, [&](std::string_view name) {
    if (name == group) return false;
    const auto* x = find_row(state_, name, member);
    const bool is_current = x && incarnation_of(*x) >= known->second.incarnation;
    return is_current && (name < group || !is_void_mark(*x));
  });
}

bool topology_table::forget(const std::vector<net_id>& members) {
  bool any = false;
  for (const auto& member : members) {
    if (member == state_.self || !members_.contains(member)) continue;
    any = true;
    drop_rows(member);
  }
  return any;
}

bool topology_table::ban(const std::vector<net_id>& members) {
  // One that is dropped from a full list may come back once more.
  constexpr std::size_t banned_max = 20'000;
  for (const auto& member : members) {
    const auto known = members_.find(member);
    if (known == members_.end()) continue;
    if (banned_.size() >= banned_max) banned_.erase(banned_.begin());
    banned_.insert_or_assign(member, known->second.incarnation);
  }
  return forget(members);
}

void topology_table::readmit(const std::vector<net_id>& members) {
  for (const auto& member : members) banned_.erase(member);
}

bool topology_table::correct_incarnation(std::uint32_t now) {
  if (state_.incarnation <= incarnation_max_ || now == 0 || now > incarnation_max_) return false;
  raise_incarnation(now);
  return true;
}

bool topology_table::drop_impossible() {
  std::vector<net_id> members;
  for (const auto& [member, known] : members_) {
    if (known.incarnation > incarnation_max_) members.push_back(member);
  }
  return forget(members);
}

bool topology_table::set_unreachable(std::vector<net_id> members) {
  static const std::vector<net_id> none;
  const auto before = state_.unreachable;
  if (members == (before ? *before : none)) return false;
  std::vector<net_id> changed;
  std::ranges::set_symmetric_difference(before ? *before : none, members,
                                        std::back_inserter(changed));
  state_.unreachable = std::make_shared<const std::vector<net_id>>(std::move(members));
  for (const auto& name : groups(state_)) {
    auto group = look_up(name);
    const bool concerned = std::ranges::any_of(
        changed, [&](const net_id& member) { return group.find(member) != nullptr; });
    if (concerned && !is_reserved(name)) open(group).hide(state_.unreachable);
  }
  return true;
}

void topology_table::drop_rows(const net_id& member) {
  const auto& known = members_.at(member).groups;
  for (const auto& name : std::vector<std::string>(known.begin(), known.end())) {
    auto group = look_up(name);
    erase(group, member);
  }
}

bool topology_table::drop_outdated(std::size_t some) {
  while (!outdated_.empty()) {
    const auto member = outdated_.back();
    const auto found = members_.find(member);
    const bool left = found != members_.end() && found->second.outdated;
    const auto next = left ? found->second.groups.upper_bound(found->second.scanned)
                           : std::set<std::string_view>::iterator{};
    if (!left || next == found->second.groups.end()) {
      if (left) found->second.outdated = false;
      outdated_.pop_back();
      continue;
    }
    if (some-- == 0) return false;
    const std::string name{*next};
    found->second.scanned = name;
    auto group = look_up(name);
    if (incarnation_of(*group.find(member)) < found->second.incarnation) erase(group, member);
  }
  return true;
}

std::vector<row_mark> topology_table::own_marks() const {
  std::vector<row_mark> marks;
  const auto mine = members_.find(state_.self);
  if (mine == members_.end()) return marks;
  for (const auto name : mine->second.groups) {
    if (auto mark = mark_of(name, *find_row(state_, name, state_.self)))
      marks.push_back(std::move(*mark));
  }
  return marks;
}

void topology_table::raise_incarnation(std::uint32_t to) {
  if (clock_) own_bound_.note(to, state_.incarnation, *clock_);
  state_.incarnation = to;
  const auto mine = members_.find(state_.self);
  if (mine == members_.end()) return;
  for (const auto view : mine->second.groups) {
    const std::string name{view};
    auto group = look_up(name);
    auto raised = *own(group);
    for (auto& claim : raised.claims) claim.at.incarnation = to;
    raised.at.incarnation = to;
    put(group, std::move(raised));
  }
}

}  // namespace scalesmall
