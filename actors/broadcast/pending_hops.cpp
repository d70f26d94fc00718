#include "actors/broadcast/pending_hops.hpp"

#include <algorithm>

namespace scalesmall {

pending_hops::key pending_hops::begin(hop_ptr hop, time_point now) {
  const auto which = next_++;
  const auto due = now + patience();
  flights_.emplace(which, flight{std::move(hop), now, due});
  due_.emplace(due, which);
  return which;
}

void pending_hops::acknowledged(key which, time_point now) {
  const auto found = flights_.find(which);
  if (found == flights_.end()) return;
  const auto& x = found->second;
  // One connection that stood still says little of the others: each may at most double the
  // patience.
  const auto took = std::min(now - x.begun, 2 * patience());
  if (measured_) {
    const auto off = took > mean_ ? took - mean_ : mean_ - took;
    deviation_ += (off - deviation_) / 4;
    mean_ += (took - mean_) / 8;
  } else {
    mean_ = took;
    deviation_ = took / 2;
    measured_ = true;
  }
  tokens_ = x.overdue ? 0 : std::min(tokens_max, tokens_ + tokens_earned);
  last_heard_ = x.hop->to.target;
  late_.erase(x.hop->to.target);
  take(found);
}

bool pending_hops::end(key which) {
  const auto found = flights_.find(which);
  if (found == flights_.end()) return false;
  const bool rerouted = found->second.rerouted;
  take(found);
  return !rerouted;
}

void pending_hops::take(std::map<key, flight>::iterator which) {
  due_.erase({which->second.due, which->first});
  flights_.erase(which);
}

std::vector<pending_hops::overdue_hop> pending_hops::overdue(time_point now) {
  std::vector<overdue_hop> found;
  while (!due_.empty() && due_.begin()->first <= now) {
    const auto which = flights_.find(due_.begin()->second);
    auto& x = which->second;
    if (x.overdue) {
      take(which);
      continue;
    }
    due_.erase(due_.begin());
    x.due = now + memory;
    due_.emplace(x.due, which->first);
    x.overdue = true;
    const bool asks_again = x.hop->tries % 2 == 0;
    x.rerouted = asks_again || tokens_ >= 1;
    if (x.rerouted && !asks_again) --tokens_;
    auto& late = late_.try_emplace(x.hop->to.target, lateness{0, x.begun}).first->second;
    const bool unreachable = ++late.hops >= overdue_max && now - late.since >= overdue_time;
    found.push_back({x.hop, x.rerouted, unreachable});
    if (unreachable) late_.erase(x.hop->to.target);
  }
  return found;
}

bool pending_hops::is_waiting() const {
  return std::ranges::any_of(flights_, [](const auto& x) { return !x.second.overdue; });
}

std::optional<time_point> pending_hops::next_due() const {
  if (due_.empty()) return std::nullopt;
  return due_.begin()->first;
}

duration pending_hops::patience() const {
  if (!measured_) return patience_first;
  return std::clamp<duration>(mean_ + 4 * deviation_, patience_min, patience_max);
}

std::vector<pending_hops::hop_ptr> reroute(const tcp_hop& slow) {
  if (slow.tries >= hop_tries_max) return {};
  auto next = slow;
  if (++next.tries % 2 == 0) {
    if (auto to = hand_over(slow.to)) {
      auto alone = next;
      alone.to.rest.clear();
      next.to = std::move(*to);
      return {std::make_shared<const tcp_hop>(std::move(next)),
              std::make_shared<const tcp_hop>(std::move(alone))};
    }
  }
  return {std::make_shared<const tcp_hop>(std::move(next))};
}

std::shared_ptr<const tcp_hop> detour(const tcp_hop& slow, const std::optional<net_id>& well) {
  if (!well || *well == slow.to.target || !slow.to.rest.empty()) return nullptr;
  if (slow.tries >= hop_tries_of_detour) return nullptr;
  auto around = std::make_shared<tcp_hop>(slow);
  around->to = {*well, {slow.to.target}};
  return around;
}

}  // namespace scalesmall
