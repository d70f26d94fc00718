#include "actors/newcomers.hpp"

namespace scalesmall {

void newcomers::note(const gossip& arrived, bool known, moment now) {
  std::erase_if(newcomers_, [now](const auto& x) { return x.second.until <= now; });
  const auto& sender = arrived.current_id.origin;
  if (!known && newcomers_.size() < newcomers_max) {
    newcomers_.try_emplace(sender, newcomer{now + newness});
  }
  const bool request = arrived.summary && arrived.summary->stage == exchange::request;
  const auto found = newcomers_.find(sender);
  if (request && found != newcomers_.end()) found->second.turned_to_us = true;
}

std::vector<net_id> newcomers::to_announce() const {
  std::vector<net_id> all;
  for (const auto& [id, x] : newcomers_) {
    if (x.turned_to_us) all.push_back(id);
  }
  return all;
}

}  // namespace scalesmall
