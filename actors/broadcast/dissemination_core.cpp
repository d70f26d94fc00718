#include "actors/broadcast/dissemination_core.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "actors/broadcast/assignments.hpp"
#include "actors/topology/anti_entropy.hpp"

namespace scalesmall {

namespace {

std::vector<assignment> all_of(assignments to) {
  auto all = std::move(to.familiar);
  all.insert(all.end(), to.strangers.begin(), to.strangers.end());
  return all;
}

}  // namespace

dissemination_core::dissemination_core(dissemination_settings settings, rng random)
    : settings_(std::move(settings)), random_(random), batch_(settings_.announcement_window) {}

broadcast dissemination_core::begin(const topology& t, time_point now) {
  announce(marks_of_member(t, settings_.self));
  if (auto own_rows = due(t, now)) return std::move(*own_rows);
  return {{}, std::vector<net_id>{}, true, {}};
}

std::optional<broadcast> dissemination_core::due(const topology& t, time_point now) {
  const auto ready = batch_.ready_at();
  if (!ready || *ready > now) return std::nullopt;
  auto rows = batch_.take(now, t);
  if (rows.empty()) return std::nullopt;  // their members are not known any more
  auto narrow = narrow_audiences(t, rows);
  return broadcast{{{}, std::move(rows), {}}, {}, true, {}, std::move(narrow)};
}

std::optional<cut_broadcast> dissemination_core::cut(broadcast what) const {
  return scalesmall::cut(std::move(what), settings_.multicast, settings_.codec);
}

departures dissemination_core::depart(const cut_broadcast& what, hop_plan plan, time_point now) {
  departures all;
  const auto& ids = plan.ids;
  if (plan.multicast) {
    auto id = ids.first;
    for (const auto& piece : what.datagrams) {
      auto seen = id == ids.first ? ids.seen_ids : std::vector<broadcast_id>{};
      auto made = datagram_of(id, std::move(seen), piece, settings_.codec);
      if (!made.frame.empty()) all.datagrams.push_back(std::move(made));
      ++id.seqno;
    }
  }
  const auto& whole = what.what;
  for (auto& [rows, to] : divide(whole.what.messages, std::move(plan.by_tcp), whole.narrow)) {
    auto part = whole.what;
    part.messages = std::move(rows);
    const auto frames = split_for_stream(std::move(part));
    for (auto& hop : hops_of(frames, ids.first, plan.numbers, ids.seen_ids,
                             all_of(assign(settings_.self, to)), whole.tries, whole.room))
      all.hops.push_back(serve(std::move(hop), now));
  }
  return all;
}

departures dissemination_core::depart(cut_direct what, const peer_table::hop_ids& ids) const {
  departures all;
  auto id = ids.first;
  for (auto& piece : what.pieces) {
    // The entry of this node itself makes the list evidence (peer_table::evidence).
    piece.silent = what.all_silent ? ids.silent : silent_among(ids.silent, piece, settings_.self);
    const auto& seen = id == ids.first ? ids.seen_ids : std::vector<broadcast_id>{};
    all.hops.push_back({std::make_shared<const tcp_hop>(
        tcp_hop{.id = id,
                .seen_ids = seen,
                .what = std::make_shared<const payload>(std::move(piece)),
                .to = {what.peer, {}},
                .room = what.room})});
    ++id.seqno;
  }
  return all;
}

departures dissemination_core::depart(const std::vector<exchange_partner>& partners,
                                      const topology& t) {
  departures all;
  const auto mine = request_digest(t, random_);
  for (const auto& [peer, ids, first] : partners) {
    // A node of many groups names some of them. Until it has been answered once, it asks for all
    // others, because some groups may have come to it by other ways.
    auto asked = mine;
    asked.all_groups |= first;
    auto request = depart(
        cut_direct{.peer = peer, .pieces = {{{}, {}, std::move(asked)}}, .all_silent = true}, ids);
    std::ranges::move(request.hops, std::back_inserter(all.hops));
  }
  return all;
}

outgoing_hop dissemination_core::serve(std::shared_ptr<const tcp_hop> hop, time_point now) {
  const auto flight = flights_.begin(hop, now);
  return {std::move(hop), flight};
}

void dissemination_core::dropped(const outgoing_hop& what) {
  if (what.flight) (void)flights_.end(*what.flight);
}

std::optional<outgoing_hop> dissemination_core::lost(const outgoing_hop& what, time_point now) {
  if (what.flight && !flights_.end(*what.flight)) return std::nullopt;  // another has it already
  auto next = hand_over(*what.hop);
  if (!next) return std::nullopt;
  return serve(std::move(next), now);
}

dissemination_core::overdue_work dissemination_core::overdue(time_point now) {
  overdue_work work;
  for (const auto& [hop, rerouted, unreachable] : flights_.overdue(now)) {
    ++work.overdue;
    if (unreachable) work.unreachable.push_back(hop->to.target);
    if (!rerouted) continue;  // if the hop is lost, the next exchange brings what it says
    auto next = reroute(*hop);
    if (next.empty()) continue;
    for (auto& x : next) work.hops.push_back(serve(std::move(x), now));
    if (auto around = detour(*hop, flights_.last_heard())) work.hops.push_back({std::move(around)});
  }
  return work;
}

bool dissemination_core::is_telling() const { return batch_.ready_at() || flights_.is_waiting(); }

std::optional<time_point> dissemination_core::next_due() const {
  const auto announcement = batch_.ready_at();
  const auto hop = flights_.next_due();
  if (announcement && hop) return std::min(*announcement, *hop);
  return announcement ? announcement : hop;
}

}  // namespace scalesmall
