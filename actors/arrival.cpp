#include "actors/arrival.hpp"

#include <utility>

namespace scalesmall {

namespace {

void continue_exchange(const gossip& arrived, const topology& now,
                       std::vector<arrival_effect>& effects) {
  if (arrived.summary->stage == exchange::push) return;
  auto reply = reply_to(now, *arrived.summary);
  if (reply.rows.empty() && reply.lacking.empty()) return;
  const auto stage =
      arrived.summary->stage == exchange::request ? exchange::answer : exchange::push;
  effects.push_back(direct{arrived.current_id.origin,
                           {{}, std::move(reply.rows), digest{stage, std::move(reply.lacking)}}});
}

}  // namespace

std::vector<arrival_effect> conclude(const gossip& arrived, arrival_path path,
                                     const std::vector<message>& news, bool gap,
                                     const topology& now) {
  std::vector<arrival_effect> effects;
  if (arrived.summary) {
    continue_exchange(arrived, now, effects);
    if (!news.empty() && arrived.summary->stage != exchange::answer)
      effects.push_back(announcement{news});
  } else {
    const bool retell = path == arrival_path::tcp && !news.empty();
    if (retell || !arrived.distribution_list.empty()) {
      effects.push_back(broadcast{relayed(arrived), arrived.distribution_list, retell,
                                  arrived.current_id.origin});
    }
  }
  if (gap) effects.push_back(direct{arrived.current_id.origin, {{}, {}, request_digest(now)}});
  return effects;
}

}  // namespace scalesmall
