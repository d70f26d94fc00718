#include "actors/arrival.hpp"

#include <utility>

#include "actors/exchange.hpp"

namespace scalesmall {

namespace {

void continue_exchange(const gossip& arrived, const topology& now,
                       std::vector<arrival_effect>& effects) {
  const auto stage = arrived.summary->stage;
  if (stage == exchange::rest) return;
  auto reply = reply_to(now, *arrived.summary, arrived.current_id.origin);
  // The exchange ends here, whatever one side says that the other lacks.
  if (stage == exchange::push) {
    reply.lacking.clear();
  } else if (reply.left_out != 0) {
    effects.push_back(left_out{reply.left_out});
  }
  if (reply.rows.empty() && reply.lacking.empty()) return;
  const auto next = static_cast<exchange>(static_cast<int>(stage) + 1);
  effects.push_back(direct{arrived.current_id.origin,
                           {{}, std::move(reply.rows), digest{next, std::move(reply.lacking)}}});
}

bool at(const gossip& arrived, exchange stage) {
  return arrived.summary && arrived.summary->stage == stage;
}

/// What newcomers claim, be it when they turn to this node or when a change of theirs comes by,
/// from whomever.
std::vector<message> to_announce(const gossip& arrived, const std::vector<message>& news,
                                 const std::vector<net_id>& newcomers, const topology& now) {
  std::vector<message> rows;
  for (const auto& newcomer : newcomers) {
    if (at(arrived, exchange::request) && newcomer == arrived.current_id.origin) {
      for (auto& row : all_rows_of(now, newcomer)) rows.push_back(std::move(row));
    }
    for (const auto& group : news) {  // only news, or two who announce would never end
      if (group.time.at(newcomer))
        rows.push_back(row_message(now, group.group_name, newcomer, group.since.at(newcomer)));
    }
  }
  return rows;
}

}  // namespace

std::vector<arrival_effect> conclude(const gossip& arrived, arrival_path path,
                                     const broadcasts_served::task& asked,
                                     const std::vector<message>& news,
                                     const std::vector<group_digest>& gaps,
                                     const std::vector<net_id>& newcomers, const topology& now) {
  std::vector<arrival_effect> effects;
  if (arrived.summary) {
    continue_exchange(arrived, now, effects);
  } else if (!fits_relay(arrived)) {
    if (!asked.list.empty()) effects.push_back(hop_refused{});
  } else {
    const bool retell = path == arrival_path::tcp && !news.empty();
    const bool tell = retell && !asked.again;
    const bool perhaps_detour = asked.again && arrived.distribution_list.size() == 1;
    if (tell || !asked.list.empty()) {
      effects.push_back(broadcast{relayed(arrived),
                                  asked.list,
                                  tell,
                                  arrived.current_id.origin,
                                  {},
                                  perhaps_detour ? hop_tries_of_detour : 0});
    }
  }
  if (!news.empty() && (at(arrived, exchange::request) || at(arrived, exchange::push)))
    effects.push_back(exchanged{news});
  if (auto rows = to_announce(arrived, news, newcomers, now); !rows.empty()) {
    effects.push_back(announcement{std::move(rows)});
  }
  if (!gaps.empty()) {
    question asks;
    for (const auto& gap : gaps) asks.add(gap);
    if (asks.left_out() != 0) effects.push_back(left_out{asks.left_out()});
    // Asked as the last but one step of an exchange: what comes back is not to be announced.
    effects.push_back(
        direct{arrived.current_id.origin, {{}, {}, digest{exchange::push, asks.take()}}});
  }
  return effects;
}

}  // namespace scalesmall
