#include "actors/peers/peer_table.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "actors/peers/connectable.hpp"
#include "messages/limits.hpp"

namespace scalesmall {

peer_table::peer_table(const net_id& self, const peer_memory& before, std::uint64_t next_seqno,
                       time_point now, rng random, duration forget)
    : self_(self),
      next_seqno_(next_seqno),
      forget_(forget),
      next_partner_(now + partner_period),
      settled_at_(now + exchange_period),
      next_report_(now),
      next_rotation_(now + neighbourhood_period),
      random_(random) {
  peers_.reserve(before.known.size());
  learn(before.known, now);
  for (const auto& id : before.reached) reached(id, now);
  for (const auto& id : before.named) {
    if (auto* x = find(id)) x->named = true;
  }
  schedule_exchange(now);
}

const peer_table::peer* peer_table::find(const net_id& id) const {
  const auto i = std::ranges::lower_bound(peers_, id, {}, &peer::id);
  return i != peers_.end() && i->id == id ? &*i : nullptr;
}

peer_table::peer* peer_table::find(const net_id& id) {
  return const_cast<peer*>(std::as_const(*this).find(id));
}

peer_table::peer* peer_table::add(const net_id& id, time_point heard_at) {
  if (id == self_ || !is_connectable(self_.address, id)) return nullptr;
  const auto i = peers_.empty() || peers_.back().id < id
                     ? peers_.end()
                     : std::ranges::lower_bound(peers_, id, {}, &peer::id);
  if (i != peers_.end() && i->id == id) return &*i;
  if (peers_.size() >= limits::peers_max) return nullptr;
  ++memory_version_;
  peer x;
  x.id = id;
  x.heard_at = heard_at;
  return &*peers_.insert(i, x);
}

void peer_table::learn(std::span<const net_id> peers, time_point now) {
  for (const auto& id : peers) {
    if (forgotten_.contains(id)) continue;  // others may not have forgotten it yet
    if (auto* x = add(id, now)) x->heard = true;
  }
}

void peer_table::contact(std::span<const net_id> peers, time_point now, contact_as what) {
  for (const auto& id : peers) {
    auto* x = add(id, now);
    if (!x) continue;
    if (!std::exchange(x->named, true)) ++memory_version_;
    x->is_seed |= what == contact_as::seed;
    schedule(*x, now);
  }
}

void peer_table::call_on(std::span<const net_id> peers, time_point now) {
  for (const auto& id : peers) {
    if (auto* x = find(id)) schedule(*x, now);
  }
}

void peer_table::name_has(std::size_t name, std::span<const net_id> addresses, time_point now) {
  std::vector<net_id> given;
  for (const auto& id : addresses) {
    if (std::ranges::find(given, id) == given.end()) given.push_back(id);
  }
  const auto before = std::exchange(named_[name], given);
  for (const auto& id : given) {
    const bool stranger = !find(id);
    auto* x = add(id, now);
    if (!x) continue;
    if (x->names++ == 0) ++memory_version_;
    if (stranger) schedule(*x, now);  // a peer that is known has its own retries
  }
  for (const auto& id : before) {
    auto* x = find(id);
    if (!x) continue;
    if (x->names > 0 && --x->names == 0) ++memory_version_;
    drop_unless_known(*x);
  }
}

void peer_table::drop_seeds(std::span<const net_id> peers) {
  for (const auto& id : peers) {
    auto* x = find(id);
    if (!x || !x->is_seed) continue;
    x->is_seed = x->named = false;
    ++memory_version_;
    drop_unless_known(*x);
  }
}

void peer_table::drop_unless_known(const peer& x) {
  if (is_seed(x) || x.heard || x.reached) return;
  unschedule(x);
  std::erase_if(peers_, [id = x.id](const peer& each) { return each.id == id; });
  ++memory_version_;
}

void peer_table::schedule(peer& x, time_point at) {
  unschedule(x);
  x.retry_at = at;
  retries_.emplace(at, x.id);
}

duration peer_table::retry_wait(const peer& x) {
  const auto cluster_share = std::chrono::seconds{peers_.size() / retries_per_second};
  const auto longest = std::clamp<duration>(cluster_share, retry_first, retry_last);
  const auto doublings = std::min<std::uint32_t>(x.failures - 1, 6);
  const auto wait = std::min<duration>(duration{retry_first} * (1 << doublings), longest);
  return random_.jitter(wait, 0.25);
}

void peer_table::hasten_retry(peer& x, time_point now) {
  if (x.failures == 0) return;
  x.evidence_at = now;
  const auto at = std::max({now, x.tried_at + duration{retry_first}, x.failed_at + retry_rest});
  if (at < x.retry_at) schedule(x, at);
}

void peer_table::hasten_all(time_point now) {
  if (now < next_hastening_) return;
  next_hastening_ = now + hastening_period;
  for (auto& x : peers_) {
    if (x.reached || is_seed(x)) hasten_retry(x, now);
  }
}

void peer_table::end_failures(peer& x, time_point now) {
  if (std::exchange(x.failures, 0) == 0) return;
  unschedule(x);
  hasten_all(now);
}

void peer_table::unschedule(const peer& x) { retries_.erase({x.retry_at, x.id}); }

void peer_table::schedule_exchange(time_point now) {
  next_exchange_ =
      std::chrono::round<exchange_slot>(now + random_.jitter(duration{exchange_period}, 0.2));
}

peer_table::heard peer_table::note(const gossip& arrived, arrival_path path, time_point now,
                                   std::span<const net_id> agreed) {
  const auto& sender = arrived.current_id.origin;
  const bool stranger = !find(sender);
  if (!add(sender, now)) return {};
  heard asks;
  if (forgotten_.erase(sender) > 0) asks.revived.push_back(sender);
  learn(arrived.distribution_list, now);
  note_members(arrived, agreed, now, asks);
  for (const auto& [origin, seqno] : arrived.other_ids) {
    auto* x = find(origin);
    if (!x || seqno <= x->newest_seqno) continue;
    x->newest_seqno = seqno;
    x->heard_at = now;
    x->heard = true;
    hasten_retry(*x, now);
  }
  auto& x = *find(sender);
  x.heard_at = now;
  x.heard = true;
  x.newest_seqno = std::max(x.newest_seqno, arrived.current_id.seqno);
  end_failures(x, now);
  if (path == arrival_path::multicast) {
    x.overheard |= stranger;
    x.heard_seqno = std::max(x.heard_seqno, arrived.current_id.seqno);
    neighbourhoods_.report(self_, sender, arrived.current_id.seqno);
    asks.exchange = stranger && tells_newcomers(now);
  }
  for (const auto& [origin, seqno] : arrived.seen_ids) {
    neighbourhoods_.report(sender, origin, seqno);
    // Ignore numbers that this node has never used.
    if (origin == self_ && seqno < next_seqno_) x.listed_seqno = std::max(x.listed_seqno, seqno);
  }
  if (path == arrival_path::tcp && !arrived.summary && now >= next_report_) {
    // Number 0 is that of acknowledgements and probes, which nobody multicasts.
    const auto served_in_vain = [this](const broadcast_id& id) {
      if (id.seqno == 0) return false;
      const auto* origin = find(id.origin);
      return origin && origin->heard_seqno >= id.seqno &&
             (origin->told_seqno == 0 || origin->told_seqno + hearing_window / 2 <= id.seqno);
    };
    asks.report = served_in_vain(arrived.current_id) ||
                  std::ranges::any_of(arrived.other_ids, served_in_vain);
    if (asks.report) next_report_ = now + report_period;
  }
  return asks;
}

// A few nodes should tell a newcomer what there is; if all did, it would be a storm. A node that
// has just started itself has little to tell and knows no one else, perhaps because its whole
// cluster starts. It turns to the first newcomer only.
bool peer_table::tells_newcomers(time_point now) {
  const bool first = peers_.size() == 1;
  return (first || now >= settled_at_) &&
         random_.chance(tellers / static_cast<double>(peers_.size()));
}

void peer_table::reached(const net_id& peer, time_point now) {
  auto* x = find(peer);
  if (!x) return;
  end_failures(*x, now);
  if (std::exchange(x->reached, true)) return;
  ++memory_version_;
  strangers_max_ = std::min(2 * strangers_max_, limits::peers_max);
}

void peer_table::unreachable(const net_id& peer, time_point now) {
  auto* x = find(peer);
  if (!x) return;
  // Several messages may fail at one broken connection, which is one failure. Only a new attempt
  // makes another.
  if (x->failures > 0 && !x->tried_again) return;
  if (x->failures == 0 && !x->reached && !is_seed(*x))
    strangers_max_ = std::max(strangers_max_ - strangers_max_ / 8, strangers_min);
  const auto begun = x->failures > 0 ? x->attempt_begun_at : now;
  x->tried_again = false;
  ++x->failures;
  x->listed_seqno = 0;
  x->failed_at = now;
  // An attempt that began before the evidence says nothing about the peer.
  const auto wait = x->evidence_at > begun ? duration{retry_first} : retry_wait(*x);
  schedule(*x, std::max(begun + wait, now + retry_rest));
}

bool peer_table::hears_us(const peer& x) const {
  return !multicasts_.empty() && x.listed_seqno >= multicasts_.front();
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
  const auto list = [&](peer& x) {
    if (x.heard_seqno == 0 || ids.seen_ids.size() >= seen_max) return;
    ids.seen_ids.push_back({x.id, x.heard_seqno});
    if (multicast || x.id == to) x.told_seqno = x.heard_seqno;
  };
  if (auto* target = to ? find(*to) : nullptr) list(*target);
  auto next = std::ranges::upper_bound(peers_, last_told_, {}, &peer::id);
  // Peers beyond this bound have their turn in later hops.
  const auto looked_at_max = std::min(peers_.size(), 64 * seen_max);
  for (std::size_t n = 0; n < looked_at_max && ids.seen_ids.size() < seen_max; ++n, ++next) {
    if (next == peers_.end()) next = peers_.begin();
    if (next->id != to) list(*next);
    last_told_ = next->id;
  }
  std::ranges::sort(ids.seen_ids);
  return ids;
}

peer_table::recipients peer_table::serve_by_tcp(const std::optional<std::vector<net_id>>& asked,
                                                bool multicast, time_point now,
                                                unreachable_peers dead) {
  std::vector<net_id> familiar;
  std::vector<net_id> strangers;
  std::vector<net_id> doubtful;
  std::vector<net_id> hearers;
  std::vector<net_id> left_out;
  const auto sort_in = [&](const net_id& id, const peer* x) {
    const bool hears = multicast && x && hears_us(*x);
    auto& likely = x && x->reached ? familiar : strangers;
    const bool in_doubt = std::ranges::binary_search(doubtful_, id);
    (hears ? hearers : in_doubt ? doubtful : likely).push_back(id);
  };
  if (asked) {
    for (const auto& id : *asked) {
      if (id == self_) continue;
      const auto* x = find(id);
      if (dead == unreachable_peers::left_out && x && x->failures > 0) {
        left_out.push_back(id);
      } else {
        sort_in(id, x);
      }
    }
  } else {
    const bool skip_overheard =
        multicast && now < settled_at_ &&
        std::ranges::count_if(peers_, &peer::overheard) > std::ptrdiff_t{overheard_max};
    for (const auto& x : peers_) {
      if (x.failures == 0 && !(skip_overheard && x.overheard)) sort_in(x.id, &x);
    }
  }
  if (strangers.size() <= strangers_max_) {
    familiar.insert(familiar.end(), strangers.begin(), strangers.end());
    std::ranges::sort(familiar);
    strangers.clear();
  }
  if (dead == unreachable_peers::served) keep_random_sample(strangers);
  strangers.insert(strangers.end(), doubtful.begin(), doubtful.end());
  std::ranges::sort(strangers);
  recipients to{
      neighbourhoods_.group(familiar), neighbourhoods_.group(strangers), {}, std::move(left_out)};
  if (!hearers.empty()) {
    const auto chosen = random_.below(familiar.size() + strangers.size() + hearers.size());
    if (chosen < hearers.size()) to.put_back = hearers[chosen];
  }
  return to;
}

void peer_table::keep_random_sample(std::vector<net_id>& strangers) {
  if (strangers.size() <= strangers_max_) return;
  for (std::size_t i = 0; i < strangers_max_; ++i)
    std::swap(strangers[i], strangers[i + random_.below(strangers.size() - i)]);
  strangers.resize(strangers_max_);
  std::ranges::sort(strangers);
}

std::optional<net_id> peer_table::partner(time_point now) {
  std::erase_if(partners_, [this](const net_id& id) {
    const auto* x = find(id);
    return !x || x->failures > 0;
  });
  if (now >= next_partner_) {
    next_partner_ = now + random_.jitter(duration{partner_period}, 0.2);
    if (partners_.size() == partners_max) partners_.pop_front();
  }
  const auto take = [this](const peer& x) {
    if (x.failures == 0 && std::ranges::find(partners_, x.id) == partners_.end())
      partners_.push_back(x.id);
  };
  const auto is_reached = [this](const net_id& id) { return find(id)->reached; };
  if (std::ranges::none_of(partners_, is_reached)) {
    std::vector<const peer*> reached;
    for (const auto& x : peers_) {
      if (x.reached && x.failures == 0) reached.push_back(&x);
    }
    if (!reached.empty()) {
      if (partners_.size() == partners_max) partners_.pop_front();
      take(*reached[random_.below(reached.size())]);
    }
  }
  for (auto tries = 4 * partners_max; tries > 0 && partners_.size() < partners_max; --tries) {
    if (peers_.empty()) break;
    take(peers_[random_.below(peers_.size())]);
  }
  if (partners_.empty()) return std::nullopt;
  std::vector<net_id> reached;
  std::vector<net_id> strangers;
  std::ranges::partition_copy(partners_, std::back_inserter(reached), std::back_inserter(strangers),
                              is_reached);
  // At least half of the exchanges are with peers that were once reached, however many others were
  // invented.
  const auto all = partners_.size();
  const bool with_reached =
      !reached.empty() && random_.below(all) < std::max(reached.size(), (all + 1) / 2);
  const auto& among = with_reached || strangers.empty() ? reached : strangers;
  return among[random_.below(among.size())];
}

std::size_t peer_table::reports_due(time_point now) {
  if (now < settled_at_ || std::exchange(reported_, true)) return 0;
  const auto heard = std::ranges::count_if(peers_, [](const peer& x) { return x.heard_seqno > 0; });
  const auto reports =
      (static_cast<std::size_t>(heard) + seen_ids_per_report - 1) / seen_ids_per_report;
  return std::min(reports, first_reports_max);
}

std::vector<net_id> peer_table::due(time_point now) {
  std::vector<net_id> found;
  while (now >= retries_from_ && !retries_.empty() && retries_.begin()->first <= now) {
    auto& x = *find(retries_.begin()->second);
    unschedule(x);
    // Schedule the next attempt now, since the failure of this one may never be reported.
    if (x.failures > 0) schedule(x, now + retry_wait(x));
    if (!std::exchange(x.tried_again, true)) x.attempt_begun_at = now;
    x.tried_at = now;
    found.push_back(x.id);
    if (found.size() == retries_at_once) retries_from_ = now + retry_pause;
  }
  if (now >= next_exchange_) {
    schedule_exchange(now);
    const auto chosen = partner(now);
    if (chosen && std::ranges::find(found, *chosen) == found.end()) found.push_back(*chosen);
  }
  if (now >= next_rotation_) {
    next_rotation_ = now + neighbourhood_period;
    neighbourhoods_.rotate();
  }
  return found;
}

time_point peer_table::next_due() const {
  if (retries_.empty()) return next_exchange_;
  return std::min(next_exchange_, std::max(retries_.begin()->first, retries_from_));
}

std::vector<net_id> peer_table::known() const {
  std::vector<net_id> ids;
  ids.reserve(peers_.size());
  for (const auto& x : peers_) ids.push_back(x.id);
  return ids;
}

std::vector<net_id> peer_table::seeds() const {
  std::vector<net_id> ids;
  for (const auto& x : peers_) {
    if (x.named || x.names > 0) ids.push_back(x.id);
  }
  return ids;
}

peer_memory peer_table::memory() const {
  peer_memory all{known(), {}, seeds()};
  for (const auto& x : peers_) {
    if (x.reached) all.reached.push_back(x.id);
  }
  return all;
}

}  // namespace scalesmall
