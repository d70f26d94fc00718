#include "actors/assignment/plan_records.hpp"

#include <algorithm>
#include <map>
#include <scalesmall/key_of.hpp>
#include <utility>

#include "actors/assignment/slot_cost.hpp"
#include "messages/codec/byte_stream.hpp"
#include "messages/number.hpp"

namespace scalesmall {

namespace {

std::uint64_t width_of(std::uint32_t slots) { return (std::uint64_t{1} << 32) / slots; }

/// The member that a row of the plan's group tells of.
std::optional<plan_member> member_of(const row& x) {
  for (const auto& claim : x.claims) {
    const auto& [member, range, what, port] = claim.item;
    if (what == op::add && range.start_range == range.end_range && port != 0)
      return plan_member{member, range.start_range, port};
  }
  return std::nullopt;
}

/// Calls f(slot) for each slot that the member loads.
template <class F>
void for_each_load(const row& x, std::uint32_t slots, const F& f) {
  for (const auto& claim : x.claims) {
    const auto start = claim.item.range.start_range;
    if (claim.item.op == op::add && claim.item.range == key_range{start, start + 1} &&
        start % width_of(slots) == 0)
      f(static_cast<std::uint32_t>(start / width_of(slots)));
  }
}

/// The slots that lie within a range: from the first up to, and without, the second.
std::pair<std::uint32_t, std::uint32_t> slots_within(key_range x, std::uint32_t slots) {
  const auto width = width_of(slots);
  return {static_cast<std::uint32_t>((x.start_range + width - 1) / width),
          static_cast<std::uint32_t>((std::uint64_t{x.end_range} + 1) / width)};
}

/// Calls f(slot) for each slot that the member claims to serve; perhaps several times.
template <class F>
void for_each_served(const row& x, std::uint32_t slots, const F& f) {
  for (const auto& claim : x.claims) {
    if (claim.item.op != op::add) continue;
    const auto [first, end] = slots_within(claim.item.range, slots);
    for (auto slot = first; slot < end; ++slot) f(slot);
  }
}

unreachable_owners kind_of(const member_reachability& x) {
  if (x.state != reach_state::unreachable) return unreachable_owners::none;
  const bool gone = x.why == reach_reason::refused || x.why == reach_reason::own;
  return gone ? unreachable_owners::gone : unreachable_owners::silent;
}

unreachable_owners kind_of(const reachability_table& judged, const net_id& member) {
  const auto* told = judged.find(member);
  return told ? kind_of(*told) : unreachable_owners::none;
}

/// The members that take part and are reachable.
std::vector<plan_member> present_in(const group_state& x, const reachability_table& judged) {
  std::vector<plan_member> all;
  for (const auto& row : x.all()) {
    const auto member = member_of(*row);
    if (member && !judged.is_unreachable(member->id)) all.push_back(*member);
  }
  return all;
}

/// All plans for one group. The one with the most capacity counts.
struct plan_of_group {
  std::uint64_t capacity = 0;
  std::string name;
  plan_settings settings;
  std::vector<plan_member> members;

  [[nodiscard]] bool outvotes(const plan_of_group& x) const {
    return capacity != x.capacity ? capacity > x.capacity : name < x.name;
  }
};

/// Without those in which nobody takes part.
std::vector<plan_of_group> plans_of(const topology& t, const reachability_table& judged,
                                    std::string_view group) {
  std::vector<plan_of_group> all;
  for (auto i = t.groups.lower_bound(plan_prefix);
       i != t.groups.end() && i->first.starts_with(plan_prefix); ++i) {
    const auto name = parse_plan_group(i->first);
    if (!name || name->group != group) continue;
    plan_of_group x{0, i->first, name->settings, present_in(*i->second, judged)};
    for (const auto& member : x.members) x.capacity += member.capacity;
    if (x.capacity != 0) all.push_back(std::move(x));
  }
  std::ranges::sort(all, [](const auto& a, const auto& b) { return a.outvotes(b); });
  return all;
}

}  // namespace

std::string plan_group(const plan_settings& x, std::string_view group) {
  return std::string{plan_prefix} + std::to_string(x.replicas) + '/' + std::to_string(x.slots) +
         '/' + std::string{group};
}

std::optional<plan_name> parse_plan_group(std::string_view name) {
  if (!name.starts_with(plan_prefix)) return std::nullopt;
  auto rest = name.substr(plan_prefix.size());
  plan_name x;
  for (auto* number : {&x.settings.replicas, &x.settings.slots}) {
    const auto end = rest.find('/');
    if (end == rest.npos) return std::nullopt;
    const auto value = parse_number<std::uint32_t>(rest.substr(0, end));
    if (!value) return std::nullopt;
    *number = *value;
    rest.remove_prefix(end + 1);
  }
  x.group = rest;
  // Only one name stands for each plan.
  if (rest.empty() || plan_group(x.settings, x.group) != name) return std::nullopt;
  if (!slot_plan::make({}, x.settings)) return std::nullopt;
  return x;
}

served_range plan_claim(const plan_member& x) {
  return {{x.zone, x.zone}, static_cast<std::uint16_t>(x.capacity)};
}

served_range loading_claim(std::uint32_t slot, const plan_settings& x) {
  const auto start = slot_range(slot, x.slots).start_range;
  return {{start, start + 1}, 1};
}

key_range slot_range(std::uint32_t slot, std::uint32_t slots) {
  const auto width = width_of(slots);
  return {static_cast<std::uint32_t>(slot * width),
          static_cast<std::uint32_t>((slot + 1) * width - 1)};
}

std::optional<std::uint32_t> slot_with(key_range range, std::uint32_t slots) {
  const auto slot = static_cast<std::uint32_t>(range.start_range / width_of(slots));
  if (slot_range(slot, slots) != range) return std::nullopt;
  return slot;
}

group_sight sight_of(const topology& t, const reachability_table& judged, std::string_view group,
                     const plan_settings& settings) {
  group_sight x;
  x.owners.resize(settings.slots);
  x.unreachable.resize(settings.slots);
  x.hidden = kind_of(judged, t.self);
  const auto name = plan_group(settings, group);
  if (const auto* plan = find_group(t, name)) {
    for (const auto& row : plan->all()) {
      const auto* told = judged.find(row->member);
      x.suspects |= told && told->state == reach_state::suspect;
      const bool reachable = row->member == t.self || !judged.is_unreachable(row->member);
      // If the hosts of all others refuse, this node is not cut off, but left.
      x.isolated |= judged.isolated && row->member != t.self && is_member(*row) &&
                    kind_of(judged, row->member) != unreachable_owners::gone;
      x.members.push_back(
          {row->member, incarnation_of(*row), member_of(*row), reachable, is_member(*row)});
    }
  }
  if (const auto plans = plans_of(t, judged, group); !plans.empty())
    x.outvoted = plans.front().name != name;
  if (const auto* served = find_group(t, group)) {
    for (const auto& row : served->all()) {
      if (row->member == t.self) continue;
      const auto kind = kind_of(judged, row->member);
      for_each_served(*row, settings.slots, [&](std::uint32_t slot) {
        auto& owners = x.owners[slot];
        if (kind != unreachable_owners::none)
          x.unreachable[slot] = std::max(x.unreachable[slot], kind);
        else if (owners.empty() || owners.back() != row->member)
          owners.push_back(row->member);
      });
    }
  }
  return x;
}

std::optional<group_plan> plan_of(const topology& t, const reachability_table& judged,
                                  std::string_view group) {
  auto plans = plans_of(t, judged, group);
  if (plans.empty()) return std::nullopt;
  const auto& first = plans.front();
  const auto plan = slot_plan::make(first.members, first.settings);
  if (!plan) return std::nullopt;
  group_plan x{first.settings.replicas, first.settings.slots};
  for (std::size_t i = 1; i < plans.size(); ++i) {
    auto& other = x.others.emplace_back(
        group_plan::other{plans[i].settings.replicas, plans[i].settings.slots});
    for (const auto& member : plans[i].members) other.members.push_back(member.id);
  }
  std::vector<std::vector<net_id>> owners(x.slots);
  if (const auto* served = find_group(t, group)) {
    for (const auto& row : served->all()) {
      if (judged.is_unreachable(row->member)) continue;
      for_each_served(*row, x.slots, [&](std::uint32_t slot) {
        if (owners[slot].empty() || owners[slot].back() != row->member)
          owners[slot].push_back(row->member);
      });
    }
  }
  std::map<net_id, std::size_t> serving;
  for (std::uint32_t slot = 0; slot < x.slots; ++slot) {
    std::size_t as_planned = 0;
    for (const auto n : plan->owners(slot))
      as_planned += std::size_t{std::ranges::binary_search(owners[slot], plan->members()[n].id)};
    for (const auto& owner : owners[slot]) ++serving[owner];
    x.to_take_up += plan->owners(slot).size() - as_planned;
    x.to_give_up += owners[slot].size() - as_planned;
    x.uncovered += std::size_t{owners[slot].empty()};
    x.under_replicated += std::size_t{owners[slot].size() < x.replicas};
  }
  const auto* rows = find_group(t, first.name);
  for (std::size_t n = 0; n < plan->members().size(); ++n) {
    const auto& [id, zone, capacity] = plan->members()[n];
    const auto before = x.loads.size();
    for_each_load(*rows->find(id), x.slots, [&x, member = id](std::uint32_t slot) {
      x.loads.push_back({slot_range(slot, x.slots), member});
    });
    x.members.push_back(
        {id, zone, capacity, plan->loads()[n], serving[id], x.loads.size() - before});
  }
  std::ranges::sort(x.loads);
  return x;
}

void order_by_plan(std::vector<range_owner>& owners, const topology& t,
                   const reachability_table& judged, std::string_view group, std::uint32_t key) {
  const auto plans = plans_of(t, judged, group);
  if (plans.empty()) return;
  const auto& [capacity, name, settings, members] = plans.front();
  const auto slot = static_cast<std::uint32_t>(key / width_of(settings.slots));
  std::vector<std::pair<std::uint64_t, range_owner>> ranked;
  for (const auto& owner : owners) {
    const auto member = std::ranges::lower_bound(members, owner.member, {}, &plan_member::id);
    const bool planned = member != members.end() && member->id == owner.member;
    ranked.emplace_back(
        planned ? slot_cost{owner.member, settings.slots, member->capacity}.of(slot) : UINT64_MAX,
        owner);
  }
  std::ranges::sort(ranked);
  std::ranges::transform(ranked, owners.begin(), [](const auto& x) { return x.second; });
}

bytes encode(const plan_message& x) {
  bytes out;
  byte_writer to{out};
  to.u8(static_cast<std::uint8_t>(x.what));
  to.varint(x.slot);
  to.varint(x.number);
  return out;
}

std::optional<plan_message> parse_plan_message(bytes_view x) {
  byte_reader from{x};
  const auto kind = from.u8();
  const auto slot = static_cast<std::uint32_t>(from.varint(plan_limits::slots_max - 1));
  const auto number = from.varint();
  if (!from.ok() || from.left() != 0) return std::nullopt;
  if (kind > static_cast<std::uint8_t>(plan_message::kind::take_over)) return std::nullopt;
  return plan_message{static_cast<plan_message::kind>(kind), slot, number};
}

}  // namespace scalesmall
