#include "actors/assignment/assignment_core.hpp"

#include <algorithm>
#include <utility>

namespace scalesmall {

assignment_core::assignment_core(const settings& how, time_point now)
    : how_(how),
      started_(now),
      view_(how.timing),
      table_(how.self, how.plan.replicas, how.life),
      newcomer_at_(now),
      slots_(how.plan.slots) {
  sight_.owners.resize(how.plan.slots);
  sight_.unreachable.resize(how.plan.slots);
}

void assignment_core::resume(const std::vector<std::uint32_t>& slots) {
  inside_ = true;
  for (const auto slot : slots) table_.resume(slot);
}

void assignment_core::drain() {
  draining_ = true;
  inside_ = false;
  table_.set_draining(true);
}

void assignment_core::wait_until(time_point x) {
  if (!next_due_ || x < *next_due_) next_due_ = x;
}

void assignment_core::look(time_point now) {
  next_due_.reset();
  if (!sight_.isolated) told_to_ = false;
  if (sight_.isolated && !told_to_) return wait_until(now + tick);
  view_.look(sight_.members, sight_.suspects, now);
  if (std::exchange(taking_over_, false)) {
    view_.take_over();
    view_.look(sight_.members, sight_.suspects, now);
  }
  decide_entry(now);
  fence_if_hidden(now);
  for (std::uint32_t slot = 0; slot < slots_.size(); ++slot) note_coverage(slot, now);
  make_plans();
  for (std::uint32_t slot = 0; slot < slots_.size(); ++slot) {
    const auto x = outlook(slot);
    const bool mine = std::ranges::binary_search(x.targets, how_.self);
    const bool was_mine = std::exchange(slots_[slot].mine, mine);
    const bool held = table_.stage(slot) != slot_stage::none;
    // A node that others do not reach takes nothing up.
    if (held || ((mine || was_mine) && sight_.hidden == unreachable_owners::none))
      table_.look(slot, x, now);
  }
}

void assignment_core::wake(time_point now, time_point boot) {
  const auto slept = boot - now - boot_ahead_.value_or(boot - now);
  boot_ahead_ = boot - now;
  const auto last = std::exchange(awake_at_, now).value_or(now);
  if (now - last + std::max(slept, duration{}) < still_for()) return;
  if (!table_.held().empty()) lose_all(now);
}

duration assignment_core::still_for() const { return std::max(how_.timing.cover_silent, late_max); }

void assignment_core::lose_all(time_point now) {
  const auto is_other = [&](const plan_member& x) { return x.id != how_.self; };
  if (std::ranges::none_of(view_.settled(), is_other) &&
      std::ranges::none_of(view_.present(), is_other))
    return;
  for (const auto slot : table_.held()) table_.lose(slot);
  for (auto& x : slots_) x = {};
  view_.start_over(now);
}

/// Neither a herd nor a node that comes and goes takes part: while nobody serves, members wait for
/// each other; later each has to have run for a while.
void assignment_core::decide_entry(time_point now) {
  if (inside_ || draining_) return;
  std::size_t here = 0;
  bool joined = false;
  for (const auto& x : sight_.members) {
    if (!x.joined || (!x.reachable && x.id != how_.self)) continue;
    ++here;
    joined |= x.id == how_.self;
    if (met_.insert(x.id).second) newcomer_at_ = now;
  }
  if (!joined) return;
  const auto& t = how_.timing;
  const bool begun =
      std::ranges::any_of(sight_.owners, [](const auto& owners) { return !owners.empty(); });
  auto at = started_ + t.enter;
  if (!begun) {
    at = std::min<time_point>(newcomer_at_ + t.first_quiet, started_ + t.first_most);
    if (how_.expect > 0) at = here >= how_.expect ? now : started_ + t.first_most;
  }
  inside_ = now >= at;
  if (!inside_) wait_until(at);
}

/// Others may have taken over what a hidden node serves, and changed the data.
void assignment_core::fence_if_hidden(time_point now) {
  if (sight_.hidden == unreachable_owners::none) {
    hidden_since_.reset();
    fenced_ = false;
    return;
  }
  if (!hidden_since_) hidden_since_ = now;
  const auto& t = how_.timing;
  const bool silent = sight_.hidden == unreachable_owners::silent;
  const time_point at = *hidden_since_ + (silent ? t.cover_silent : t.cover_refused);
  if (now < at) return wait_until(at);
  if (std::exchange(fenced_, true)) return;
  for (const auto slot : table_.held()) table_.fence(slot, outlook(slot));
}

bool assignment_core::serves(std::uint32_t slot) const {
  const auto at = table_.stage(slot);
  return at != slot_stage::none && at != slot_stage::loading;
}

/// A slot that had an owner and has none for a while is taken up by those who would get it without
/// the members that are gone. So it stays until the plan without them counts.
void assignment_core::note_coverage(std::uint32_t slot, time_point now) {
  auto& x = slots_[slot];
  if (view_.present() == view_.settled()) x.covering = false;
  const auto lost = sight_.unreachable[slot];
  if (!sight_.owners[slot].empty() || serves(slot)) {
    x.had_owner = true;
    x.uncovered_since.reset();
  } else if (!x.covering && (x.had_owner || lost != unreachable_owners::none)) {
    const auto& t = how_.timing;
    const duration patience = lost == unreachable_owners::silent ? t.cover_silent : t.cover_refused;
    if (!x.uncovered_since) x.uncovered_since = now;
    const auto at = *x.uncovered_since + view_.patience() * patience;
    x.covering = now >= at && view_.present() != view_.settled();
    if (now < at) wait_until(at);
  }
}

void assignment_core::make(made_plan& x, const std::vector<plan_member>& members) const {
  if (x.members == members) return;
  x.members = members;
  x.plan.reset();
  if (members.empty()) return;
  if (auto made = slot_plan::make(members, how_.plan)) x.plan = std::move(*made);
}

void assignment_core::make_plans() {
  make(plan_, view_.settled());
  if (std::ranges::any_of(slots_, &coverage_of_slot::covering)) make(instead_, view_.present());
  std::size_t share = 0;
  if (plan_.plan) {
    const auto all = plan_.plan->members();
    const auto me = std::ranges::lower_bound(all, how_.self, {}, &plan_member::id);
    if (me != all.end() && me->id == how_.self)
      share = plan_.plan->loads()[static_cast<std::size_t>(me - all.begin())];
  }
  table_.set_share(share);
}

std::vector<net_id> assignment_core::targets(std::uint32_t slot) const {
  std::vector<net_id> found;
  const auto& of = slots_[slot].covering ? instead_ : plan_;
  if (!of.plan || sight_.outvoted) return found;
  for (const auto n : of.plan->owners(slot)) found.push_back(of.plan->members()[n].id);
  std::ranges::sort(found);
  return found;
}

slot_outlook assignment_core::outlook(std::uint32_t slot) const {
  return {targets(slot), sight_.owners[slot]};
}

bool assignment_core::asked(std::uint32_t slot, const net_id& by, time_point now) {
  return slot < how_.plan.slots && table_.asked(slot, by, outlook(slot), now);
}

void assignment_core::answered(std::uint32_t slot, const net_id& by, std::uint64_t number,
                               bool granted, time_point now) {
  if (slot < how_.plan.slots) table_.answered(slot, by, number, granted, now);
}

std::optional<time_point> assignment_core::next_due() const {
  auto next = next_due_;
  const auto consider = [&](std::optional<time_point> x) {
    if (x && (!next || *x < *next)) next = x;
  };
  consider(view_.next_due());
  consider(table_.next_due());
  if (awake_at_ && !table_.held().empty())
    consider(*awake_at_ + std::min<duration>(tick, still_for() / 4));
  return next;
}

}  // namespace scalesmall
