#include "actors/events/update_queue.hpp"

#include <utility>

#include "actors/events/group_diff.hpp"
#include "messages/group_name.hpp"

namespace scalesmall {

namespace {

const topology nothing_known;
const group_state no_rows;

}  // namespace

/// Calls f for each observed group with its name, its noted state and its present state. A state in
/// which the group is not known is null.
template <class F>
void update_queue::for_each_group(F f) const {
  const auto& noted = noted_ ? *noted_ : nothing_known;
  if (wanted_) return f(*wanted_, find_group(noted, *wanted_), find_group(*now_, *wanted_));
  auto old = noted.groups.begin();
  auto now = now_->groups.begin();
  while (old != noted.groups.end() || now != now_->groups.end()) {
    const bool is_gone =
        now == now_->groups.end() || (old != noted.groups.end() && old->first < now->first);
    const bool is_new = !is_gone && (old == noted.groups.end() || now->first < old->first);
    const auto& name = is_gone ? old->first : now->first;
    if (!is_reserved(name)) {
      f(name, is_new ? nullptr : old->second.get(), is_gone ? nullptr : now->second.get());
    }
    if (!is_new) ++old;
    if (!is_gone) ++now;
  }
}

void update_queue::note_changes() {
  for_each_group([this](const std::string& name, const group_state* noted, const group_state* now) {
    const bool is_new = !noted && !wanted_;
    const bool snapshot = needs_snapshots_ || is_new;
    if (noted == now && !snapshot) return;
    auto events = group_changes(snapshot || !noted ? no_rows : *noted, now ? *now : no_rows);
    if (events.empty() && !snapshot) return;
    waiting_events_ += events.size();
    waiting_.push_back({name, snapshot, std::move(events)});
  });
  noted_ = now_;
  needs_snapshots_ = false;
}

void update_queue::observe(std::shared_ptr<const topology> now) {
  now_ = std::move(now);
  if (needs_snapshots_) return;
  note_changes();
  if (waiting_events_ <= events_max || waiting_.size() == 1) return;
  waiting_.clear();
  waiting_events_ = 0;
  needs_snapshots_ = true;
}

std::optional<group_update> update_queue::next() {
  if (needs_snapshots_) note_changes();
  if (waiting_.empty()) return std::nullopt;
  auto update = std::move(waiting_.front());
  waiting_.pop_front();
  waiting_events_ -= update.events.size();
  return update;
}

}  // namespace scalesmall
