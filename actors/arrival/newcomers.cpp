#include "actors/arrival/newcomers.hpp"

namespace scalesmall {

void newcomers::note(const gossip& arrived, arrival_path path, bool known, time_point now) {
  bool changed = false;
  for (; !until_.empty() && until_.front().first <= now; until_.pop_front()) {
    const auto over = newcomers_.find(until_.front().second);
    together_ -= over->second.together;
    newcomers_.erase(over);
    changed = true;
  }
  const auto& sender = arrived.current_id.origin;
  if (!known && newcomers_.size() < newcomers_max && newcomers_.try_emplace(sender).second)
    until_.emplace_back(now + newness, sender);
  if (const auto found = newcomers_.find(sender); found != newcomers_.end()) {
    auto& x = found->second;
    const bool together = path == arrival_path::multicast && now - begun_ < newness;
    const bool turned = arrived.summary && arrived.summary->stage == exchange::request;
    changed |= (together && !x.together) || (turned && !x.turned_to_us);
    together_ += together && !x.together;
    x.together |= together;
    x.turned_to_us |= turned;
  }
  if (changed) list();
}

void newcomers::list() {
  to_announce_.clear();
  for (const auto& [id, x] : newcomers_) {
    if (x.turned_to_us && !(x.together && together_ > together_max)) to_announce_.push_back(id);
  }
}

}  // namespace scalesmall
