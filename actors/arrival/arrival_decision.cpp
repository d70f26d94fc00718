#include "actors/arrival/arrival_decision.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "actors/topology/anti_entropy.hpp"

namespace scalesmall {

namespace {

void continue_exchange(const gossip& arrived, const topology& now, std::size_t room,
                       std::vector<arrival_consequence>& effects) {
  if (room == 0) return;
  auto part = answer(arrived, now, {.room = std::min(room, limits::reply_entries_max)});
  if (part.left_out != 0) effects.push_back(groups_left_out{part.left_out});
  if (part.rest) {
    effects.push_back(long_answer{std::move(part.what), std::move(*part.rest)});
  } else if (part.what) {
    effects.push_back(std::move(*part.what));
  }
}

bool at(const gossip& arrived, exchange stage) {
  return arrived.summary && arrived.summary->stage == stage;
}

/// The rows of newcomers that this node announces: all rows of a newcomer that asks it, and news of
/// a newcomer, whoever sent them.
std::vector<row_mark> to_announce(const gossip& arrived, const std::vector<row_mark>& news,
                                  const std::vector<net_id>& newcomers, const topology& now) {
  const auto is_new = [&](const net_id& x) { return std::ranges::binary_search(newcomers, x); };
  std::vector<row_mark> rows;
  if (const auto& sender = arrived.current_id.origin;
      at(arrived, exchange::request) && is_new(sender))
    rows = marks_of_member(now, sender);
  // Of other rows only news, or two nodes that announce them would never end.
  std::ranges::copy_if(news, std::back_inserter(rows),
                       [&](const row_mark& x) { return is_new(x.member); });
  return rows;
}

}  // namespace

answer_part answer(const gossip& asked, const topology& now, const answer_position& begin) {
  const auto stage = asked.summary->stage;
  if (stage == exchange::rest) return {};
  auto [reply, rest] = reply_part(now, *asked.summary, asked.current_id.origin, begin);
  answer_part made{.rest = std::move(rest)};
  // The exchange ends with the rest, even if one side says that it still lacks something.
  if (stage == exchange::push) {
    reply.lacking.clear();
  } else {
    made.left_out = reply.left_out;
  }
  if (reply.rows.empty() && reply.lacking.empty()) return made;
  const auto next = static_cast<exchange>(static_cast<int>(stage) + 1);
  made.what = direct{asked.current_id.origin,
                     {{}, std::move(reply.rows), digest{next, std::move(reply.lacking)}}};
  return made;
}

std::vector<arrival_consequence> decide(const gossip& arrived, arrival_path path,
                                        const seen_broadcasts::task& asked,
                                        const merge_outcome& merged,
                                        const std::vector<net_id>& newcomers, const topology& now,
                                        std::size_t room) {
  const auto& [news, gaps] = merged;
  std::vector<arrival_consequence> effects;
  if (arrived.summary) {
    continue_exchange(arrived, now, room, effects);
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
    if (asks.left_out() != 0) effects.push_back(groups_left_out{asks.left_out()});
    // As the last step but one of an exchange, so the answer is not announced.
    effects.push_back(
        direct{arrived.current_id.origin, {{}, {}, digest{exchange::push, asks.take()}}});
  }
  return effects;
}

}  // namespace scalesmall
