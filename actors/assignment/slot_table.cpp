#include "actors/assignment/slot_table.hpp"

#include <algorithm>

namespace scalesmall {

using namespace slot_effects;

bool slot_table::is_target(const slot_outlook& x) const {
  return std::ranges::binary_search(x.targets, self_);
}

/// Whether enough others are to serve the slot, and already do.
bool slot_table::may_stop(const slot_outlook& x) const {
  const auto wanted = draining_ ? 1 : std::size_t{replicas_};
  return !is_target(x) && x.targets.size() >= wanted && std::ranges::includes(x.owners, x.targets);
}

void slot_table::look(std::uint32_t slot, const slot_outlook& x, time_point now) {
  auto& s = slots_[slot];
  const auto ended = std::erase_if(s.promises, [&](const auto& promise) {
    return promise.second <= now || !std::ranges::binary_search(x.owners, promise.first);
  });
  if (ended > 0 && s.promises.empty() && s.stage == slot_stage::serving) s.due.reset();
  switch (s.stage) {
    case slot_stage::none:
      return look_at_none(slot, s, x, now);
    case slot_stage::loading:
      if (is_target(x)) return;
      out_.push_back(revoked{slot, x.targets});
      end_loading();
      return give_up(slot, s);
    case slot_stage::serving:
      return look_at_serving(slot, s, x, now);
    case slot_stage::releasing:
      return look_at_releasing(slot, s, x, now);
    case slot_stage::revoking:
      if (now >= s.due) give_up(slot, s);
      return;
  }
}

void slot_table::look_at_none(std::uint32_t slot, state& s, const slot_outlook& x, time_point now) {
  waiting_.erase(slot);
  if (!is_target(x)) {
    s.retry = retry_first;
    s.due.reset();
    return;
  }
  if (s.due && now < *s.due) return;
  s.due.reset();
  // What nobody serves does not wait for other slots.
  if (!x.owners.empty() && loading_ >= std::max(loading_max_least, share_ / 8)) {
    waiting_.insert(slot);
    return;
  }
  s.stage = slot_stage::loading;
  ++loading_;
  out_.push_back(claimed{slot, claim::get});
  out_.push_back(assigned{slot, x.owners});
}

void slot_table::look_at_serving(std::uint32_t slot, state& s, const slot_outlook& x,
                                 time_point now) {
  if (s.due && now < *s.due) return;
  s.due.reset();
  if (!may_stop(x)) return;
  if (!s.promises.empty()) {
    s.due =
        std::ranges::min_element(s.promises, {}, [](const auto& x) { return x.second; })->second;
    return;
  }
  s.stage = slot_stage::releasing;
  s.asked_at = now;
  s.due = now + ask_for;
  s.number = ++last_number_;
  s.asked = x.targets;
  s.granted.clear();
  for (const auto& target : x.targets) out_.push_back(release_question{slot, target, s.number});
}

void slot_table::look_at_releasing(std::uint32_t slot, state& s, const slot_outlook& x,
                                   time_point now) {
  // What was promised earlier than that may end before this node has stopped.
  if (now >= s.asked_at + ask_for || !may_stop(x) || x.targets != s.asked) {
    s.stage = slot_stage::serving;
    s.due = now + again_after;
  } else if (s.granted == s.asked) {
    s.stage = slot_stage::revoking;
    s.due = now + revoke_for;
    out_.push_back(revoked{slot, s.asked});
  }
}

void slot_table::end_loading() {
  --loading_;
  for (const auto slot : waiting_) slots_[slot].due = time_point{};
}

void slot_table::give_up(std::uint32_t slot, state& s) {
  s.stage = slot_stage::none;
  s.due.reset();
  s.promises.clear();
  out_.push_back(claimed{slot, claim::rmv});
}

bool slot_table::ready(std::uint32_t slot) {
  if (stage(slot) != slot_stage::loading) return false;
  auto& s = slots_[slot];
  end_loading();
  s.stage = slot_stage::serving;
  s.retry = retry_first;
  out_.push_back(claimed{slot, claim::add});
  return true;
}

bool slot_table::failed(std::uint32_t slot, time_point now) {
  if (stage(slot) != slot_stage::loading) return false;
  auto& s = slots_[slot];
  end_loading();
  give_up(slot, s);
  s.due = now + s.retry;
  s.retry = std::min(2 * s.retry, retry_last);
  return true;
}

bool slot_table::released(std::uint32_t slot) {
  if (stage(slot) != slot_stage::revoking) return false;
  give_up(slot, slots_[slot]);
  return true;
}

bool slot_table::asked(std::uint32_t slot, const net_id& by, const slot_outlook& x,
                       time_point now) {
  if (by == self_ || stage(slot) != slot_stage::serving || !is_target(x)) return false;
  slots_[slot].promises[by] = now + promise_for;
  return true;
}

void slot_table::answered(std::uint32_t slot, const net_id& by, std::uint64_t number, bool granted,
                          time_point now) {
  if (stage(slot) != slot_stage::releasing) return;
  auto& s = slots_[slot];
  if (number != s.number || !std::ranges::binary_search(s.asked, by)) return;
  if (!granted) {
    s.stage = slot_stage::serving;
    s.due = now + again_after;
  } else if (const auto at = std::ranges::lower_bound(s.granted, by);
             at == s.granted.end() || *at != by) {
    s.granted.insert(at, by);
    if (s.granted == s.asked) s.due = now;
  }
}

void slot_table::fence(std::uint32_t slot, const slot_outlook& x) {
  const auto at = stage(slot);
  if (at != slot_stage::loading && !x.owners.empty()) lose(slot);
}

void slot_table::lose(std::uint32_t slot) {
  const auto at = stage(slot);
  if (at == slot_stage::none) return;
  if (at == slot_stage::loading) end_loading();
  out_.push_back(lost{slot});
  give_up(slot, slots_[slot]);
}

std::vector<std::uint32_t> slot_table::held() const {
  std::vector<std::uint32_t> found;
  for (const auto& [slot, s] : slots_)
    if (s.stage != slot_stage::none) found.push_back(slot);
  return found;
}

slot_stage slot_table::stage(std::uint32_t slot) const {
  const auto found = slots_.find(slot);
  return found == slots_.end() ? slot_stage::none : found->second.stage;
}

std::vector<std::uint32_t> slot_table::due(time_point now) const {
  std::vector<std::uint32_t> found;
  for (const auto& [slot, s] : slots_)
    if (s.due && *s.due <= now) found.push_back(slot);
  return found;
}

std::optional<time_point> slot_table::next_due() const {
  std::optional<time_point> next;
  for (const auto& [slot, s] : slots_)
    if (s.due && (!next || *s.due < *next)) next = s.due;
  return next;
}

}  // namespace scalesmall
