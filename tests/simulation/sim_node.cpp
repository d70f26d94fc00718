#include "tests/simulation/sim_node.hpp"

#include <algorithm>
#include <utility>

#include "actors/arrival/gossip_route.hpp"
#include "actors/peers/agreed_members.hpp"
#include "actors/topology/anti_entropy.hpp"
#include "messages/limits.hpp"

namespace scalesmall::simulation {

/// Does the effects that the cores ask for.
class sim_node::performer {
public:
  performer(sim_node& node, time_point now) : node_(node), now_(now) {}

  // -- of an arrival
  const gossip* arrived = nullptr;
  arrival_path path = arrival_path::tcp;
  unsigned round = 0;
  bool refused = false;  ///< so the gossip is not acknowledged

  void operator()(hop_refused) {
    ++node_.settings_.counts->hops_refused;
    refused = true;
  }
  void operator()(groups_left_out x) { node_.settings_.counts->groups_left_out += x.groups; }
  void operator()(request_refused) { ++node_.settings_.counts->requests_refused; }
  void operator()(envelope_to_note) { node_.note(*arrived, path, now_); }
  void operator()(broadcast& x) { node_.start(std::move(x), round, now_); }
  void operator()(announcement& x) { node_.announce(x.rows, now_); }
  void operator()(direct& x) { node_.start(std::move(x), now_); }
  void operator()(long_answer& x) {
    if (x.first) node_.start(std::move(*x.first), now_);
    for (std::optional next{std::move(x.rest)}; next;) {
      auto part = node_.arrivals_.go_on(*arrived, std::move(*next), node_.state(), now_);
      if (!part) return (*this)(request_refused{});
      node_.settings_.counts->groups_left_out += part->left_out;
      if (part->what) node_.start(std::move(*part->what), now_);
      next = std::move(part->rest);
    }
  }

  // -- of program messages
  void operator()(plan_wanted& x) {
    const auto made = plan(node_.peers_, x.what, now_);
    node_.act(node_.messages_.planned(x, made, now_), now_);
  }
  void operator()(batch_hop& x) { node_.net_->send({x.hop, 0, {}, x.job}); }
  void operator()(outgoing_datagram& x) { node_.net_->multicast(std::move(x.content), 0); }
  void operator()(handler_call& x) {
    node_.net_->handle(node_.state().self, x);
    node_.act(node_.messages_.given(x, 1, now_), now_);
  }
  void operator()(reply_due& x) { x.reply(x.number); }
  void operator()(messages_lost& x) { node_.settings_.counts->messages_undelivered += x.messages; }
  void operator()(peer_given_up& x) { node_.peers_.unreachable(x.peer, now_); }
  void operator()(const batch_refused&) {}  // the core counts it
  void operator()(outbox_due) { node_.act(node_.messages_.fill(node_.state(), now_), now_); }

private:
  sim_node& node_;
  time_point now_;
};

sim_node::sim_node(node_memory memory, node_settings settings, std::uint64_t seed, wire& net,
                   time_point now)
    : settings_(std::move(settings)),
      net_(&net),
      outbox_(std::move(memory.messages)),
      topology_(std::move(memory.groups)),
      peers_(state().self, memory.peers, memory.next_seqno, now, rng{seed}, settings_.forget),
      arrivals_(state().self, now, rng{seed + 2}),
      dissemination_(
          {state().self, settings_.multicast, settings_.announcement_window, frame_codec{}},
          rng{seed + 1}),
      messages_({state().self, settings_.multicast, frame_codec{}}, outbox_, settings_.counts),
      next_expiry_(now + expiry_period(settings_.grace)),
      last_turn_(now) {
  if (settings_.watching) {
    liveness_.emplace(liveness_core::settings{state().self, *settings_.watching, settings_.rings},
                      now, rng{seed + 3});
  }
  peers_.contact(settings_.seeds, now, peer_table::contact_as::seed);
  start(dissemination_.begin(state(), now), 0, now);
  exchange_with_due(now);
  act(messages_.fill(state(), now), now);
}

node_memory sim_node::memory() const {
  return {state(), peers_.memory(), peers_.next_seqno(), outbox_};
}

// -- calls ------------------------------------------------------------------------------------

bool sim_node::send(const message_address& to, const bytes& content, time_point now) {
  const bool known = find_group(state(), to.group) != nullptr;
  if (refusal(to, content.size(), limits::message_bytes_max, known)) return false;
  if (!outbox_->try_put(to, content)) return false;
  act(messages_.fill(state(), now), now);
  return true;
}

// -- what comes -------------------------------------------------------------------------------

void sim_node::arrive(std::shared_ptr<const gossip> content, arrival_path path, unsigned round,
                      hop_reply reply, time_point now) {
  const auto& id = content->current_id;
  const auto route = route_of(*content, state().self);
  if (route == gossip_route::messages) {
    note(*content, path, now);
    return act(messages_.arrived(*content, path, std::move(reply), state(), now), now);
  }
  const auto merged = route == gossip_route::merge ? merge(content, now) : merge_outcome{};
  performer act{*this, now};
  act.arrived = content.get();
  act.path = path;
  act.round = round;
  for (auto& effect :
       arrivals_.arrived(*content, path, merged, peers_.knows(id.origin), state(), now))
    std::visit(act, effect);
  if (path == arrival_path::tcp && is_acknowledged(*content) && !act.refused) reply(id.seqno);
  note_news(now);
}

merge_outcome sim_node::merge(std::shared_ptr<const gossip> content, time_point now) {
  gossip_merge all{std::move(content)};
  for (bool done = false; !done;) {
    auto step = all.next(topology_, clock(now));
    settings_.counts->claims_refused += step.refused;
    if (!step.own_truth.empty()) announce(step.own_truth, now);
    done = step.done;
  }
  if (topology_.is_accused() && !refutation_) refutation_ = now + std::chrono::seconds{1};
  return std::move(all.outcome());
}

std::chrono::seconds sim_node::clock(time_point now) const {
  return std::chrono::floor<std::chrono::seconds>(now.time_since_epoch() + settings_.clock_ahead);
}

void sim_node::refute_due(time_point now) {
  topology_.set_clock(clock(now));
  refutation_.reset();
  if (topology_.may_refute()) announce(topology_.refute(), now);
  if (topology_.is_accused()) refutation_ = now + std::chrono::seconds{1};
}

void sim_node::note(const gossip& arrived, arrival_path path, time_point now) {
  std::vector<net_id> agreed;
  if (path == arrival_path::tcp && arrived.summary && arrived.summary->stage == exchange::request &&
      arrived.messages.empty() && !arrived.silent.empty() &&
      agrees(state(), *arrived.summary, arrived.current_id.origin))
    agreed = agreed_members(state(), *arrived.summary);
  const auto asks = peers_.note(arrived, path, now, agreed);
  if (arrived.summary && arrived.summary->stage == exchange::answer) peers_.answered();
  topology_.readmit(asks.revived);
  if (asks.exchange) exchange_with({arrived.current_id.origin}, now);
  if (asks.report) start(hearing_report(), 0, now);
  topology_.ban(asks.long_dead);
  if (liveness_ && path == arrival_path::tcp) liveness_->heard(arrived.current_id.origin, now);
}

void sim_node::failed(const stream_message& what, failure why, time_point now) {
  const auto& target = what.hop->to.target;
  peers_.unreachable(target, now);
  if (liveness_ && why == failure::refused) liveness_->refused(target, now);
  if (what.probe) return;
  if (what.job) return act(messages_.unreachable(*what.job, target, now), now);
  if (const auto next = dissemination_.lost({what.hop, what.flight}, now))
    net_->send({next->hop, what.round + 1, next->flight});
}

void sim_node::acknowledged(const stream_message& what, time_point now) {
  if (what.flight) dissemination_.acknowledged(*what.flight, now);
  if (what.job) act(messages_.acknowledged(*what.job, what.hop->to.target, now), now);
  if (what.probe && liveness_) liveness_->answered(what.hop->to.target, now);
}

// -- time -------------------------------------------------------------------------------------

void sim_node::wake(time_point now) {
  if (now >= next_expiry_) {
    next_expiry_ = now + expiry_period(settings_.grace);
    topology_.expire(now, settings_.grace);
  }
  if (refutation_ && now >= *refutation_) refute_due(now);
  dissemination_.announce(arrivals_.due(state(), now));
  announce_due(now);
  const auto work = dissemination_.overdue(now);
  for (const auto& peer : work.unreachable) peers_.unreachable(peer, now);
  for (const auto& x : work.hops) net_->send({x.hop, 0, x.flight});
  act(messages_.due(now), now);
  if (now >= peers_.next_due()) exchange_with_due(now);
  if (liveness_ && now >= liveness_->next_due()) watch_others(now);
}

time_point sim_node::next_wake() const {
  auto next = std::min(peers_.next_due(), next_expiry_);
  if (liveness_) next = std::min(next, liveness_->next_due());
  return std::min({next, refutation_.value_or(next), arrivals_.next_due().value_or(next),
                   dissemination_.next_due().value_or(next), messages_.next_due().value_or(next)});
}

void sim_node::announce(const std::vector<row_mark>& rows, time_point now) {
  dissemination_.announce(rows);
  announce_due(now);
}

void sim_node::announce_due(time_point now) {
  if (auto rows = dissemination_.due(state(), now)) start(std::move(*rows), 0, now);
}

void sim_node::exchange_with_due(time_point now) {
  // As peer_db does after a stall.
  if (const auto slept = now - std::exchange(last_turn_, now); slept > std::chrono::seconds{10})
    peers_.slept(slept);
  const auto dead = peers_.forget(now);
  forgotten_.insert(forgotten_.end(), dead.begin(), dead.end());
  topology_.ban(dead);
  for (auto left = peers_.reports_due(now); left > 0; --left) start(hearing_report(), 0, now);
  if (const auto due = peers_.due(now); !due.empty()) exchange_with(due, now);
}

// -- what leaves ------------------------------------------------------------------------------

void sim_node::exchange_with(const std::vector<net_id>& peers, time_point now) {
  send(dissemination_.depart(plan_exchanges(peers_, peers, now), state()), 0);
}

void sim_node::start(broadcast what, unsigned round, time_point now) {
  if (const auto cut = dissemination_.cut(std::move(what))) start(*cut, round, now);
}

void sim_node::start(const cut_broadcast& what, unsigned round, time_point now) {
  send(dissemination_.depart(what, plan(peers_, what.needs(), now), now), round);
}

void sim_node::start(direct what, time_point now) {
  auto pieces = cut(std::move(what));
  const auto ids = plan(peers_, pieces.needs(), now);
  send(dissemination_.depart(std::move(pieces), ids), 0);
}

void sim_node::send(const departures& all, unsigned round) {
  for (const auto& x : all.datagrams) net_->multicast(x.content, round + 1);
  unsigned sent = 0;
  broadcast_id last;
  for (const auto& x : all.hops) {
    if (std::exchange(last, x.hop->id) != x.hop->id) sent = 0;
    ++sent;
    net_->send({x.hop, x.flight ? round + sent : 0, x.flight});
  }
}

// -- failures of others -----------------------------------------------------------------------

void sim_node::disconnected(const net_id& peer, time_point now) {
  if (liveness_) liveness_->disconnected(peer, now);
}

void sim_node::set_well(bool yes, time_point now) {
  if (!liveness_) return;
  liveness_->set_well(yes);
  watch_others(now);
}

void sim_node::note_news(time_point now) {
  if (liveness_ && liveness_->is_news(state())) watch_others(now);
}

void sim_node::watch_others(time_point now) {
  const std::string group{liveness_group};
  auto todo = liveness_->due(state(), now, now + asleep_);
  if (todo.join) (void)change([&](topology_table& t) { return t.join(group); }, now);
  if (lies_) todo.add.clear();
  if (lies_) todo.remove.clear();
  for (const auto& x : todo.add) {
    const key_range key{x.key, x.key};
    (void)change([&](topology_table& t) { return t.add_item(group, key, x.port); }, now);
  }
  for (const auto& x : todo.remove) {
    const key_range key{x.key, x.key};
    (void)change([&](topology_table& t) { return t.remove_item(group, key, x.port); }, now);
  }
  for (const auto& peer : todo.probes) probe(peer);
  if (!todo.judged) return;
  auto unreachable = unreachable_of(liveness_->standing());
  for (const auto& peer : unreachable) {
    if (!std::ranges::binary_search(unreachable_, peer)) peers_.unreachable(peer, now);
  }
  unreachable_ = unreachable;
  peers_.doubt(members_of(liveness_->standing()));
  std::erase(unreachable, state().self);
  topology_.set_unreachable(std::move(unreachable));
}

void sim_node::probe(const net_id& peer) {
  static const auto nothing = std::make_shared<const payload>();
  stream_message what{std::make_shared<const tcp_hop>(
      tcp_hop{{state().self, probe_number}, {}, nothing, {peer, {}}})};
  what.probe = true;
  net_->send(what);
}

void sim_node::act(messaging_core::effects effects, time_point now) {
  for (auto& effect : effects) std::visit(performer{*this, now}, effect);
}

}  // namespace scalesmall::simulation
