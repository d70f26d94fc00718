#include "actors/arrival.hpp"

#include <utility>

namespace scalesmall {

namespace {

void continue_exchange(const gossip& arrived, const topology& now,
                       std::vector<arrival_effect>& effects) {
  if (arrived.summary->stage == exchange::push) return;
  auto reply = reply_to(now, *arrived.summary);
  if (reply.to_newcomer && arrived.summary->stage == exchange::request) {
    auto rows = all_rows_of(now, arrived.current_id.origin);
    if (!rows.empty()) effects.push_back(announcement{std::move(rows)});
  }
  if (reply.rows.empty() && reply.lacking.empty()) return;
  const auto stage =
      arrived.summary->stage == exchange::request ? exchange::answer : exchange::push;
  effects.push_back(direct{arrived.current_id.origin,
                           {{}, std::move(reply.rows), digest{stage, std::move(reply.lacking)}}});
}

/// The news, and what the sender pushes of itself: since this node lacked it, it may have come here
/// another way meanwhile, but the others that it did not reach lack it still.
std::vector<message> worth_announcing(const gossip& arrived, const std::vector<message>& news) {
  auto rows = news;
  for (const auto& x : arrived.messages) {
    if (x.time.at(arrived.current_id.origin))
      rows.push_back(rows_of(x, {arrived.current_id.origin}));
  }
  return rows;
}

}  // namespace

std::vector<arrival_effect> conclude(const gossip& arrived, arrival_path path,
                                     const std::vector<message>& news, bool gap,
                                     const topology& now) {
  std::vector<arrival_effect> effects;
  if (arrived.summary) {
    continue_exchange(arrived, now, effects);
    if (arrived.summary->stage != exchange::answer) {
      auto rows = worth_announcing(arrived, news);
      if (!rows.empty()) effects.push_back(announcement{std::move(rows)});
    }
  } else {
    const bool retell = path == arrival_path::tcp && !news.empty();
    if (retell || !arrived.distribution_list.empty()) {
      effects.push_back(broadcast{relayed(arrived), arrived.distribution_list, retell,
                                  arrived.current_id.origin});
    }
  }
  if (gap) {
    const auto ask = question_for(now, arrived.messages);
    effects.push_back(direct{arrived.current_id.origin, {{}, {}, ask}});
  }
  return effects;
}

}  // namespace scalesmall
