#include "actors/topology_table.hpp"

#include <algorithm>
#include <limits>

#include "messages/group_name.hpp"
#include "messages/limits.hpp"

namespace scalesmall {

namespace {

/// No clock may reach the end of its numbers, because its member could then not move past it.
constexpr auto last_number = std::numeric_limits<std::uint32_t>::max();

/// Whether claims heard of a row differ from the true ones: another claim under the same stamp or,
/// if both rows are complete up to the same clock, other claims than rmv (these may have expired on
/// one side).
bool contradicts(std::span<const timed_item> heard, std::span<const timed_item> truth,
                 bool same_clock) {
  for (const auto& claim : heard) {
    const auto same = [&](const auto& x) { return same_key(x, claim); };
    const auto standing = std::ranges::find_if(truth, same);
    if (standing != truth.end() ? standing->at == claim.at && *standing != claim
                                : same_clock && claim.item.op != op::rmv) {
      return true;
    }
  }
  return false;
}

}  // namespace

topology_table::topology_table(topology state) : state_(std::move(state)) {
  for (const auto& [name, group] : state_.groups) {
    const auto note = [this](const local_clock& clock) {
      auto& newest = incarnations_[clock.member];
      newest = std::max(newest, clock.at.incarnation);
    };
    std::ranges::for_each(group->time.clocks(), note);
    for (const auto& claim : group->items.items()) note(claim.updated_at());
  }
}

message* topology_table::writable(const std::string& group) {
  auto& slot = state_.groups[group];
  // What is in the table may be shared with readers: a change works on a copy, which nobody else
  // has seen yet.
  auto copy =
      slot ? std::make_shared<message>(*slot) : std::make_shared<message>(message{group, {}, {}});
  slot = copy;
  return copy.get();
}

std::optional<stamp> topology_table::own_clock(const std::string& group) const {
  const auto known = state_.groups.find(group);
  return known == state_.groups.end() ? std::nullopt : known->second->time.at(state_.self);
}

stamp topology_table::next_stamp(const std::string& group) {
  const auto last = own_clock(group);
  if (last && last->counter == last_number) {
    raise_incarnation(state_.incarnation + 1);
    return {state_.incarnation, 0};
  }
  return {state_.incarnation, last ? last->counter + 1 : 0};
}

topology_table::change topology_table::own_change(const std::string& group,
                                                  const timed_item& claim) const {
  return {claim, rows_of(*state_.groups.at(group), {state_.self})};
}

result<topology_table::change, call_error> topology_table::join(const std::string& group,
                                                                key_range range) {
  if (!is_group_name(group)) return call_error::invalid_argument;
  if (!state_.groups.contains(group) && state_.groups.size() >= limits::groups_max)
    return call_error::limit_exceeded;
  auto& joined = state_.joined[group];
  if (std::ranges::find(joined, range) == joined.end()) joined.push_back(range);
  if (state_.groups.contains(group)) {
    const auto* claim = state_.groups.at(group)->items.find(state_.self, range);
    if (claim && claim->item.op != op::rmv) return own_change(group, *claim);
  }
  const timed_item claim{{state_.self, range, op::get, 0}, next_stamp(group)};
  auto* known = writable(group);
  known->items.put(claim);
  known->time.advance(claim.updated_at());
  return own_change(group, claim);
}

result<topology_table::change, call_error> topology_table::add_item(const std::string& group,
                                                                    key_range range,
                                                                    std::uint16_t port) {
  if (range.end_range < range.start_range) return call_error::invalid_argument;
  if (!state_.joined.contains(group)) {
    if (auto joined = join(group); !joined) return joined;
  }
  const auto& before = *state_.groups.at(group);
  const auto* standing = before.items.find(state_.self, range);
  if (standing && standing->item.op == op::add && standing->item.port == port)
    return own_change(group, *standing);
  const bool full = before.items.size() >= limits::items_max ||
                    before.items.row(state_.self).size() >= limits::row_items_max;
  if (!standing && full) return call_error::limit_exceeded;
  const timed_item claim{{state_.self, range, op::add, port}, next_stamp(group)};
  auto* known = writable(group);
  known->items.put(claim);
  known->time.advance(claim.updated_at());
  return own_change(group, claim);
}

result<topology_table::change, call_error> topology_table::remove_item(const std::string& group,
                                                                       key_range range,
                                                                       std::uint16_t port) {
  if (range.end_range < range.start_range) return call_error::invalid_argument;
  const auto known = state_.groups.find(group);
  const auto* standing =
      known == state_.groups.end() ? nullptr : known->second->items.find(state_.self, range);
  if (!standing || standing->item.op != op::add || standing->item.port != port)
    return call_error::not_found;
  const auto& joined = state_.joined[group];
  // To stop serving is not to leave: a range that the node joined with goes on being wanted.
  const bool wanted = std::ranges::find(joined, range) != joined.end();
  const item what{state_.self, range, wanted ? op::get : op::rmv, wanted ? std::uint16_t{0} : port};
  const timed_item claim{what, next_stamp(group)};
  auto* changed = writable(group);
  changed->items.put(claim);
  changed->time.advance(claim.updated_at());
  return own_change(group, claim);
}

result<topology_table::change, call_error> topology_table::leave(const std::string& group) {
  if (state_.joined.erase(group) == 0) return call_error::not_found;
  const auto at = next_stamp(group);
  auto* known = writable(group);
  const auto standing = known->items.row(state_.self);
  std::vector<timed_item> row{standing.begin(), standing.end()};
  for (auto& claim : row) {
    claim.item.op = op::rmv;
    claim.at = at;
  }
  known->items.replace_row(state_.self, row);
  known->time.advance({state_.self, at});
  return own_change(group, row.front());
}

topology_table::outcome topology_table::apply(const message& arrived) {
  outcome out{{arrived.group_name, {}, {}}, {}, false, 0};
  if (!state_.groups.contains(arrived.group_name) && state_.groups.size() >= limits::groups_max) {
    out.refused = 1;
    return out;
  }
  defend(arrived, out);
  for (const auto& clock : arrived.time.clocks()) {
    if (clock.member != state_.self) accept_row(arrived, clock, out);
  }
  for (const auto& claim : arrived.items.items()) {
    if (claim.item.member != state_.self && !arrived.time.at(claim.item.member))
      accept_claim(arrived, claim, out);
  }
  return out;
}

void topology_table::accept_row(const message& arrived, const local_clock& clock, outcome& out) {
  if (is_void(clock)) return;
  const auto found = state_.groups.find(arrived.group_name);
  const auto* known = found == state_.groups.end() ? nullptr : found->second.get();
  const auto mine = known ? known->time.at(clock.member) : std::nullopt;
  if (mine && *mine > clock.at) return;
  // A broken writer may have stamped a claim differently from its row: what is void or ahead of the
  // row is not of it.
  std::vector<timed_item> row;
  for (const auto& claim : arrived.items.row(clock.member)) {
    if (claim.at.incarnation == clock.at.incarnation && claim.at <= clock.at) row.push_back(claim);
  }
  if (mine && *mine == clock.at) {
    timed_set both;
    for (const auto& claim : known->items.row(clock.member)) both.put(claim);
    for (const auto& claim : row) both.put(claim);
    row.assign(both.items().begin(), both.items().end());
    if (std::ranges::equal(row, known->items.row(clock.member))) return;
  }
  if (row.size() > limits::row_items_max) {
    ++out.refused;
    return;
  }
  if (known && (known->items.size() + row.size() > limits::items_max ||
                (!mine && known->time.clocks().size() >= limits::net_ids_max))) {
    ++out.refused;
    return;
  }
  auto* changed = writable(arrived.group_name);
  changed->items.replace_row(clock.member, row);
  changed->time.advance(clock);
  out.news.time.advance(clock);
  out.news.items.replace_row(clock.member, row);
}

void topology_table::accept_claim(const message& arrived, const timed_item& claim, outcome& out) {
  if (is_void(claim.updated_at())) return;
  const auto found = state_.groups.find(arrived.group_name);
  const auto* known = found == state_.groups.end() ? nullptr : found->second.get();
  const auto complete = known ? known->time.at(claim.item.member) : std::nullopt;
  if (complete && claim.at <= *complete) return;
  const auto* standing = known ? known->items.find(claim.item.member, claim.item.range) : nullptr;
  if (standing && !supersedes(claim, *standing)) return;
  if (known && (known->items.size() >= limits::items_max ||
                known->items.row(claim.item.member).size() >= limits::row_items_max)) {
    ++out.refused;
    return;
  }
  writable(arrived.group_name)->items.put(claim);
  out.gap = true;
}

void topology_table::defend(const message& arrived, outcome& out) {
  const auto row = arrived.items.row(state_.self);
  const auto clock = arrived.time.at(state_.self);
  if (!clock && row.empty()) return;
  auto heard = clock.value_or(stamp{});
  for (const auto& claim : row) heard = std::max(heard, claim.at);
  if (heard.incarnation ==
      last_number) {  // nobody could ever move past this clock, so nobody may have it
    ++out.refused;
    return;
  }
  const auto own = own_clock(arrived.group_name);
  if (heard.incarnation < state_.incarnation) {
    // A ghost of a former life. Where this life has a row the newer clock speaks for itself.
    if (own) return;
    writable(arrived.group_name)->time.advance({state_.self, {state_.incarnation, 0}});
    out.own_truth.push_back(rows_of(*state_.groups.at(arrived.group_name), {state_.self}));
    return;
  }
  const auto true_row = own ? state_.groups.at(arrived.group_name)->items.row(state_.self)
                            : std::span<const timed_item>{};
  if (own && heard <= *own && !contradicts(row, true_row, clock == own)) return;
  // Somebody claims for us what we never did: a former life of the same second, or a liar. A new
  // incarnation voids it everywhere at once.
  raise_incarnation(heard.incarnation + 1);
  if (!own) writable(arrived.group_name)->time.advance({state_.self, {state_.incarnation, 0}});
  out.own_truth = all_rows_of(state_, state_.self);
}

void topology_table::raise_incarnation(std::uint32_t to) {
  state_.incarnation = to;
  for (const auto& name : groups(state_)) {
    const auto clock = own_clock(name);
    if (!clock) continue;
    auto* group = writable(name);
    const auto standing = group->items.row(state_.self);
    std::vector<timed_item> row{standing.begin(), standing.end()};
    for (auto& claim : row) claim.at.incarnation = to;
    group->items.replace_row(state_.self, row);
    group->time.advance({state_.self, {to, clock->counter}});
  }
}

bool topology_table::is_void(const local_clock& clock) {
  if (clock.at.incarnation == last_number) return true;
  const auto [newest, unknown] = incarnations_.try_emplace(clock.member, clock.at.incarnation);
  if (clock.at.incarnation < newest->second) return true;
  if (clock.at.incarnation > newest->second) {
    newest->second = clock.at.incarnation;
    void_former_lives(clock.member);
  }
  return false;
}

void topology_table::void_former_lives(const net_id& member) {
  for (const auto& name : groups(state_)) {
    const auto& group = *state_.groups.at(name);
    if (!group.time.at(member) && group.items.row(member).empty()) continue;
    auto* changed = writable(name);
    changed->items.replace_row(member, {});
    changed->time.erase(member);
  }
}

}  // namespace scalesmall
