#include "actors/assignment/claim_keeper.hpp"

#include <algorithm>

namespace scalesmall {

namespace {

bool is_mine(const topology& t, std::string_view group) {
  const auto* row = find_row(t, group, t.self);
  return row && is_member(*row);
}

}  // namespace

std::vector<served_range> claim_keeper::claimed(const topology& t, std::string_view group) {
  std::vector<served_range> all;
  if (const auto* row = find_row(t, group, t.self)) {
    for (const auto& claim : row->claims)
      if (claim.item.op == op::add) all.push_back({claim.item.range, claim.item.port});
  }
  return all;
}

claim_keeper::standing claim_keeper::resume(const topology& t) {
  standing x;
  for (const auto& claim : claimed(t, group_)) {
    const auto slot = slot_with(claim.range, settings_.slots);
    if (slot && claim.port == port_) x.slots.push_back(*slot);
  }
  const auto plan = claimed(t, plan_group(settings_, group_));
  x.takes_part = std::ranges::any_of(
      plan, [](const auto& claim) { return claim.range.start_range == claim.range.end_range; });
  serving_ = {x.slots.begin(), x.slots.end()};
  return x;
}

void claim_keeper::note(const slot_effects::claimed& x) {
  using slot_effects::claim;
  loading_.erase(x.slot);
  if (x.what == claim::get) loading_.insert(x.slot);
  if (x.what == claim::add) {
    serving_.insert(x.slot);
    withdrawn_.erase(x.slot);
  }
  if (x.what == claim::rmv && serving_.erase(x.slot) > 0) withdrawn_.insert(x.slot);
}

void claim_keeper::give_up_all() {
  ended_ = true;
  loading_.clear();
  withdrawn_.merge(serving_);
  serving_.clear();
}

claim_keeper::changes claim_keeper::compare(const topology& t,
                                            const std::optional<plan_member>& me) {
  changes x;
  const auto name = plan_group(settings_, group_);
  const bool in_group = is_mine(t, group_);
  const bool in_plan = is_mine(t, name);
  joined_ |= in_group;
  x.join_group = !in_group && !ended_;
  x.join_plan = !in_plan && !ended_;

  std::vector<served_range> plan;
  if (me && !ended_) plan.push_back(plan_claim(*me));
  for (const auto slot : loading_) plan.push_back(loading_claim(slot, settings_));
  std::ranges::sort(plan);
  if (plan != claimed(t, name)) x.plan = std::move(plan);

  const auto served = claimed(t, group_);
  const auto stands = [&](const served_range& claim) {
    return std::ranges::binary_search(served, claim);
  };
  for (const auto slot : serving_) {
    const served_range claim{slot_range(slot, settings_.slots), port_};
    if (!stands(claim)) x.add.push_back(claim);
  }
  std::erase_if(withdrawn_, [&](std::uint32_t slot) {
    const served_range claim{slot_range(slot, settings_.slots), port_};
    if (stands(claim)) x.remove.push_back(claim);
    return !stands(claim);
  });
  return x;
}

bool claim_keeper::has_left(const topology& t) const {
  return joined_ && !ended_ && !is_mine(t, group_);
}

}  // namespace scalesmall
