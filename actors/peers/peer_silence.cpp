// The half of peer_table that decides who is alive and who is forgotten.

#include <algorithm>
#include <bit>
#include <iterator>

#include "actors/peers/peer_table.hpp"

namespace scalesmall {

namespace {

/// Rounded up.
std::uint32_t seconds_of(duration x) {
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(x).count();
  return static_cast<std::uint32_t>(std::min<std::int64_t>(seconds, UINT32_MAX));
}

}  // namespace

void peer_table::note_members(const gossip& arrived, std::span<const net_id> agreed, time_point now,
                              heard& asks) {
  const auto& sender = arrived.current_id.origin;
  const auto own = std::ranges::lower_bound(arrived.silent, sender, {}, &silence::member);
  // A gossip without the sender's setting, a broadcast say, may tell a row that is older than its
  // sender knows. It is evidence only of members that this node does not know.
  const bool is_evidence = own != arrived.silent.end() && own->member == sender;
  if (is_evidence) note_forget(*find(sender), own->seconds);
  const bool is_request = arrived.summary && arrived.summary->stage == exchange::request;
  const auto setting = std::ranges::lower_bound(arrived.silent, self_, {}, &silence::member);
  if (is_request && !is_evidence && setting != arrived.silent.end() && setting->member == self_)
    note_forget(*find(sender), setting->seconds);
  const auto unlisted =
      is_evidence ? duration{std::chrono::seconds{own->seconds}} / 24 : told_after();
  auto note_member = [&, silent = arrived.silent.begin()](const net_id& member) mutable {
    if (member == sender || member == self_) return;
    if (silent != arrived.silent.begin() && std::prev(silent)->member >= member)
      silent = arrived.silent.begin();
    while (silent != arrived.silent.end() && silent->member < member) ++silent;
    const bool listed = silent != arrived.silent.end() && silent->member == member;
    const auto age = listed ? duration{std::chrono::seconds{silent->seconds}} : unlisted;
    auto* x = find(member);
    if (!x) {
      if (age >= forget_time() || stays_forgotten(member, now - age, asks))
        return asks.long_dead.push_back(member);
      x = add(member, now - age);
      if (x) x->heard = true;
    } else if (is_evidence || listed) {
      x->heard_at = std::max(x->heard_at, now - age);
      x->heard = true;
    }
  };
  for (const auto& message : arrived.messages) {
    for (const auto& clock : message.time.clocks()) note_member(clock.member);
  }
  if (!is_evidence) return;
  if (is_request && knows_better(arrived, now)) asks.exchange = true;
  for (const auto& member : agreed) note_member(member);
  if (!arrived.summary) return;
  for (const auto& group : arrived.summary->groups) {
    for (const auto& clock : group.time.clocks()) {
      if (clock.at != stamp{} && find(clock.member)) note_member(clock.member);
    }
  }
}

/// True if the sender of a request is to be told at once who is alive. Nobody may have chosen it as
/// a partner for long, so that it hears of nobody although it tells others.
bool peer_table::knows_better(const gossip& request, time_point now) {
  if (now < next_reply_) return false;
  const auto much = forget_time() / 8;
  const auto is_news = [&](const silence& x) {
    if (x.member == request.current_id.origin) return false;
    const auto* known = find(x.member);
    if (!known && x.member != self_) return false;
    const auto age = known ? now - known->heard_at : duration{};
    return duration{std::chrono::seconds{x.seconds}} - age >= much;
  };
  if (std::ranges::none_of(request.silent, is_news)) return false;
  next_reply_ = now + reply_pause;
  next_evidence_ = now;
  return true;
}

void peer_table::note_forget(peer& sender, std::uint32_t seconds) {
  const auto most = std::max<duration>(forget_told_max, forget_);
  const auto told = std::min<duration>(std::chrono::seconds{seconds}, most);
  sender.forget_told = seconds_of(told);
  forget_told_ = std::max(forget_told_, told);
}

/// True unless there is much newer evidence than this node had when it forgot the member.
bool peer_table::stays_forgotten(const net_id& member, time_point heard_at, heard& asks) {
  const auto before = forgotten_.find(member);
  if (before == forgotten_.end()) return false;
  if (heard_at < before->second + forget_time() / 2) return true;
  forgotten_.erase(before);
  asks.revived.push_back(member);
  return false;
}

void peer_table::remember_forgotten(const peer& x, time_point now) {
  const auto over = 3 * forget_time();
  std::erase_if(forgotten_, [&](const auto& y) { return now - y.second >= over; });
  if (forgotten_.size() >= forgotten_max) forgotten_.erase(forgotten_.begin());
  forgotten_.insert_or_assign(x.id, x.heard_at);
}

void peer_table::slept(duration time) {
  for (auto& x : peers_) x.heard_at += time;
}

std::vector<silence> peer_table::silent(time_point now) const {
  std::vector<silence> found;
  const auto told = told_after();
  for (const auto& x : peers_) {
    const auto age = now - x.heard_at;
    if (age < told) continue;
    // Rounded up: two nodes that round down would make a dead peer younger with each exchange.
    found.push_back({x.id, seconds_of(age)});
  }
  return found;
}

std::vector<silence> peer_table::evidence(time_point now) const {
  auto all = silent(now);
  const silence own{self_, seconds_of(own_forget_time())};
  all.insert(std::ranges::lower_bound(all, self_, {}, &silence::member), own);
  return all;
}

std::vector<silence> peer_table::silent_in_request(const net_id& peer, time_point now) {
  const auto* x = find(peer);
  if (now < next_evidence_ || (x && x->failures > 0))
    return {{peer, seconds_of(own_forget_time())}};
  auto all = evidence(now);
  next_evidence_ = now + std::max<duration>(told_after() / evidence_per_silence,
                                            evidence_per_entry * std::ssize(all));
  return all;
}

duration peer_table::shortest_forget(std::size_t peers) {
  return std::chrono::seconds{20} +
         std::chrono::seconds{5} * static_cast<int>(std::bit_width(peers));
}

duration peer_table::own_forget_time() const {
  return std::max(forget_, shortest_forget(peers_.size()));
}

duration peer_table::forget_time() const { return std::max(own_forget_time(), forget_told_); }

std::vector<net_id> peer_table::forget(time_point now) {
  forget_told_ = {};
  for (const auto& x : peers_)
    forget_told_ = std::max<duration>(forget_told_, std::chrono::seconds{x.forget_told});
  std::vector<net_id> forgotten;
  const auto limit = forget_time();
  // An address of which only the configuration or a name service speaks goes by this node's
  // setting.
  const auto over = [&](const peer& x) { return now - x.heard_at >= (x.heard ? limit : forget_); };
  for (auto& x : peers_) {
    if (!over(x)) continue;
    forgotten.push_back(x.id);
    if (x.heard) remember_forgotten(x, now);
    if (is_seed(x)) {
      x.heard_at = now;  // the seed is tried on, though its rows are forgotten
    } else {
      unschedule(x);
    }
  }
  if (std::erase_if(peers_, over) > 0) ++memory_version_;
  return forgotten;
}

}  // namespace scalesmall
