#include "actors/peer_table.hpp"

#include <algorithm>

#include "messages/limits.hpp"

namespace scalesmall {

peer_table::peer_table(const net_id& self, std::span<const net_id> known, std::uint64_t next_seqno,
                       moment now, rng random)
    : self_(self),
      next_seqno_(next_seqno),
      next_exchange_(now),
      next_report_(now),
      next_rotation_(now + neighbourhood_period),
      random_(random) {
  learn(known);
  next_exchange_ += random_.jitter(moment{exchange_period}, 0.2);
}

peer_table::peer* peer_table::find(const net_id& id) {
  const auto found = peers_.find(id);
  return found == peers_.end() ? nullptr : &found->second;
}

peer_table::peer* peer_table::add(const net_id& id) {
  if (id == self_ || id.port == 0) return nullptr;
  if (auto* known = find(id)) return known;
  if (peers_.size() >= limits::peers_max) return nullptr;
  ++known_version_;
  return &peers_[id];
}

void peer_table::learn(std::span<const net_id> peers) {
  for (const auto& id : peers) add(id);
}

void peer_table::contact(std::span<const net_id> peers, moment now) {
  for (const auto& id : peers) {
    if (auto* x = add(id)) schedule(id, *x, now);
  }
}

void peer_table::schedule(const net_id& id, peer& x, moment at) {
  unschedule(id, x);
  x.retry_at = at;
  retries_.emplace(at, id);
}

void peer_table::schedule_retry(const net_id& id, peer& x, moment now) {
  const auto doublings = std::min<std::uint32_t>(x.failures - 1, 6);
  const auto wait = std::min<moment>(moment{retry_first} * (1 << doublings), retry_last);
  schedule(id, x, now + random_.jitter(wait, 0.1));
}

void peer_table::unschedule(const net_id& id, peer& x) { retries_.erase({x.retry_at, id}); }

peer_table::heard peer_table::note(const gossip& arrived, arrival_path path, moment now) {
  const auto& sender = arrived.current_id.origin;
  const bool stranger = !peers_.contains(sender);
  auto* x = add(sender);
  if (!x) return {};
  if (x->failures > 0) {
    x->failures = 0;
    unschedule(sender, *x);
  }
  heard asks;
  if (path == arrival_path::multicast) {
    x->heard = std::max(x->heard, arrived.current_id.seqno);
    neighbourhoods_.report(self_, sender, arrived.current_id.seqno);
    // Somebody should tell a newcomer what there is; that all do would be a storm.
    asks.exchange = stranger && random_.chance(3.0 / static_cast<double>(peers_.size()));
  }
  learn(arrived.distribution_list);
  for (const auto& message : arrived.messages) {
    for (const auto& clock : message.time.clocks()) add(clock.member);
  }
  for (const auto& [origin, seqno] : arrived.seen_ids) {
    neighbourhoods_.report(sender, origin, seqno);
    if (origin == self_) x->hears_us = std::max(x->hears_us, seqno);
  }
  if (path == arrival_path::tcp && !arrived.summary && now >= next_report_) {
    const auto served_in_vain = [this](const broadcast_id& id) {
      const auto* origin = find(id.origin);
      return origin && origin->heard >= id.seqno &&
             (origin->told == 0 || origin->told + hearing_window / 2 <= id.seqno);
    };
    asks.report = served_in_vain(arrived.current_id) ||
                  std::ranges::any_of(arrived.other_ids, served_in_vain);
    if (asks.report) next_report_ = now + report_period;
  }
  return asks;
}

void peer_table::unreachable(const net_id& peer, moment now) {
  auto* x = find(peer);
  if (!x) return;
  // Several messages may fail by one failure; only a new attempt makes it one more.
  if (x->failures > 0 && !x->tried) return;
  x->tried = false;
  ++x->failures;
  x->hears_us = 0;
  schedule_retry(peer, *x, now);
}

bool peer_table::hears_us(const peer& x) const {
  return !multicasts_.empty() && x.hears_us >= multicasts_.front();
}

bool peer_table::hears(const net_id& peer) const { return neighbourhoods_.hears(self_, peer); }

peer_table::hop_ids peer_table::take_ids(std::size_t count, bool multicast, std::size_t seen_max,
                                         const std::optional<net_id>& to) {
  hop_ids ids{{self_, next_seqno_}, {}};
  next_seqno_ += count;
  if (multicast) {
    for (std::size_t i = 0; i < count; ++i) multicasts_.push_back(ids.first.seqno + i);
    while (multicasts_.size() > hearing_window) multicasts_.pop_front();
  }
  const auto list = [&](const net_id& id, peer& x) {
    if (x.heard == 0 || ids.seen_ids.size() >= seen_max) return;
    ids.seen_ids.push_back({id, x.heard});
    if (multicast || id == to) x.told = x.heard;
  };
  if (auto* target = to ? find(*to) : nullptr) list(*to, *target);
  auto next = peers_.upper_bound(last_told_);
  for (std::size_t n = 0; n < peers_.size() && ids.seen_ids.size() < seen_max; ++n, ++next) {
    if (next == peers_.end()) next = peers_.begin();
    if (next->first != to) list(next->first, next->second);
    last_told_ = next->first;
  }
  std::ranges::sort(ids.seen_ids);
  return ids;
}

peer_table::recipients peer_table::serve_by_tcp(const std::optional<std::vector<net_id>>& asked,
                                                bool multicast) {
  std::vector<net_id> rest;
  std::vector<net_id> spared;
  const auto sort_in = [&](const net_id& id, const peer* x) {
    const bool hears = multicast && x && hears_us(*x);
    (hears ? spared : rest).push_back(id);
  };
  if (asked) {
    for (const auto& id : *asked) {
      if (id != self_) sort_in(id, find(id));
    }
  } else {
    for (const auto& [id, x] : peers_) {
      if (x.failures == 0) sort_in(id, &x);
    }
  }
  recipients to{neighbourhoods_.group(rest), {}};
  if (!spared.empty()) {
    const auto chosen = random_.below(rest.size() + spared.size());
    if (chosen < spared.size()) to.put_back = spared[chosen];
  }
  return to;
}

std::vector<net_id> peer_table::due(moment now) {
  std::vector<net_id> found;
  while (!retries_.empty() && retries_.begin()->first <= now) {
    const auto id = retries_.begin()->second;
    auto& x = peers_.at(id);
    unschedule(id, x);
    // A silent peer is tried until it speaks, whether or not the next attempt is said to fail.
    if (x.failures > 0) schedule_retry(id, x, now);
    x.tried = true;
    found.push_back(id);
  }
  if (now >= next_exchange_) {
    next_exchange_ = now + random_.jitter(moment{exchange_period}, 0.2);
    std::vector<net_id> candidates;
    for (const auto& [id, x] : peers_) {
      if (x.failures == 0) candidates.push_back(id);
    }
    if (!candidates.empty()) {
      const auto& chosen = candidates[random_.below(candidates.size())];
      if (std::ranges::find(found, chosen) == found.end()) found.push_back(chosen);
    }
  }
  if (now >= next_rotation_) {
    next_rotation_ = now + neighbourhood_period;
    neighbourhoods_.rotate();
  }
  return found;
}

moment peer_table::next_due() const {
  return retries_.empty() ? next_exchange_ : std::min(next_exchange_, retries_.begin()->first);
}

std::vector<net_id> peer_table::known() const {
  std::vector<net_id> ids;
  ids.reserve(peers_.size());
  for (const auto& [id, x] : peers_) ids.push_back(id);
  return ids;
}

}  // namespace scalesmall
