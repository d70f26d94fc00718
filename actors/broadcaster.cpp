#include "actors/broadcaster.hpp"

#include <algorithm>
#include <scalesmall/supervision/calls.hpp>
#include <utility>

#include "actors/multicast_handler_messages.hpp"
#include "actors/outgoing_handler.hpp"
#include "actors/peer_db_messages.hpp"
#include "actors/topology/anti_entropy.hpp"
#include "actors/topology/topology.hpp"
#include "messages/limits.hpp"

namespace scalesmall {

namespace {

/// How often something is tried again that failed because an actor of this node ended; what the
/// network says is final.
constexpr int attempts_max = 5;

/// A handler that has just ended may still have its name; the next needs it.
constexpr std::chrono::milliseconds link_retry{2};

std::vector<assignment> assignments_for(const net_id& self, const peer_table::recipients& whom) {
  const auto& units = whom.units;
  const auto strangers = units.begin() + static_cast<std::ptrdiff_t>(whom.familiar);
  auto assignments = plan_broadcast(self, {units.begin(), strangers});
  for (auto& to : plan_broadcast(self, {strangers, units.end()}))
    assignments.push_back(std::move(to));
  if (whom.put_back) assignments.push_back({*whom.put_back, {}});
  return assignments;
}

}  // namespace

broadcaster::broadcaster(supervision::shell_pointer<handle> self, node_context_ptr node)
    : self_(self),
      node_(std::move(node)),
      random_(node_->random_seed + 1),
      batch_(node_->config.announcement_window) {
  self_->set_down_handler([this](const caf::down_msg& ended) {
    std::erase_if(links_, [&](const auto& x) {
      return x.second.handler && x.second.handler.address() == ended.source;
    });
  });
  // What a former life of this actor had not sent yet cannot be known, so all that is ours is said
  // again.
  batch_.add(all_rows_of(*node_->topologies.read(), node_->self));
  batch_.ready_at() ? flush_if_ready() : send_hello();
}

broadcaster::handle::behavior_type broadcaster::make_behavior() {
  return {
      [this](broadcast& what) { start(std::make_shared<broadcast>(std::move(what))); },
      [this](const announcement& what) {
        batch_.add(what.rows);
        flush_if_ready();
      },
      [this](direct& what) { start_direct(what.peer, std::move(what.what)); },
      [this](const begin_exchange& with) {
        const auto mine = request_digest(*node_->topologies.read(), random_);
        for (const auto& [peer, ids] : with.partners) send_direct(peer, ids, {{{}, {}, mine}});
      },
      [this](const report_hearing&) { report(); },
      [this](const flush_announcements&) {
        flush_armed_ = false;
        flush_if_ready();
      },
      [this](const hops_due&) {
        if (hops_alarm_.rang(now())) reroute_overdue();
      },
      [this](const retry_link& again) { open_link(again.peer); },
      [this](send_hop& what) -> caf::result<done> {
        const auto promise = self_->make_response_promise<done>();
        transmit({std::move(what.hop), 1, {}, supervision::guarded_promise<done>{promise}});
        return promise;
      },
  };
}

moment broadcaster::now() const { return self_->clock().now().time_since_epoch(); }

void broadcaster::flush_if_ready() {
  const auto ready = batch_.ready_at();
  if (!ready || flush_armed_) return;
  if (*ready <= now()) {
    const auto topology = node_->topologies.read();
    auto rows = batch_.take(now(), *topology);
    if (rows.empty()) return;  // of members that are not known any more
    auto narrow = narrow_audiences(*topology, rows);
    start(std::make_shared<broadcast>(
        broadcast{{{}, std::move(rows), {}}, {}, true, {}, std::move(narrow)}));
  } else {
    flush_armed_ = true;
    self_->delayed_send(self_, *ready - now(), flush_announcements{});
  }
}

void broadcaster::send_hello() {
  start(std::make_shared<broadcast>(broadcast{{}, std::vector<net_id>{}, true, {}}));
}

void broadcaster::report() {
  const plan_hops plan{1, 1, std::vector<net_id>{}, {}, peer_table::seen_ids_per_report};
  self_->request(node_->peer_db, caf::infinite, plan)
      .then([this](const hop_plan& plan) { multicast(plan, {payload{}}); },
            [](const caf::error&) { /* the next occasion comes by itself */ });
}

void broadcaster::start(const std::shared_ptr<const broadcast>& what, int number) {
  std::vector<payload> datagrams;
  if (what->multicast && node_->config.multicast) {
    if (auto pieces = split_for_datagrams(what->what, node_->codec)) datagrams = std::move(*pieces);
  }
  if (datagrams.empty() && what->recipients && what->recipients->empty()) return;  // nobody to tell
  // No time-outs between the actors of one node: whoever is asked answers or ends, and the clock
  // would keep each.
  // Parts for narrow members have their own frames under the same numbers: nobody gets both.
  auto frames = split_for_stream(what->what).size();
  for (const auto& x : what->narrow)
    frames = std::max(frames, split_for_stream({{}, x.rows, {}}).size());
  const plan_hops plan{datagrams.size(), frames, what->recipients, what->unless_heard};
  const auto act = [this, what, datagrams = std::move(datagrams), frames](hop_plan& plan) {
    if (plan.multicast) multicast(plan, datagrams);
    const auto numbers = plan.multicast ? datagrams.size() : frames;
    for (auto& [rows, whom] : divide(what->what.messages, std::move(plan.by_tcp), what->narrow)) {
      auto part = what->what;
      part.messages = std::move(rows);
      for (auto& hop : hops_of(split_for_stream(std::move(part)), plan.ids.first, numbers,
                               plan.ids.seen_ids, assignments_for(node_->self, whom), what->tries))
        serve(std::move(hop));
    }
  };
  self_->request(node_->peer_db, caf::infinite, plan)
      .then(act, [this, what, number](const caf::error& why) {
        if (number < attempts_max) return start(what, number + 1);
        node_->log->error("a broadcast was given up, the peer_db does not answer: {}",
                          caf::to_string(why));
      });
}

void broadcaster::start_direct(const net_id& peer, payload what) {
  const bool rows = !what.messages.empty();
  auto pieces = std::make_shared<std::vector<payload>>(split_for_stream(std::move(what)));
  const auto act = [this, peer, pieces](const peer_table::hop_ids& ids) {
    send_direct(peer, ids, std::move(*pieces));
  };
  self_->request(node_->peer_db, caf::infinite, plan_direct{peer, pieces->size(), rows})
      .then(act, [](const caf::error&) { /* exchanges are begun again by themselves */ });
}

void broadcaster::send_direct(const net_id& peer, const peer_table::hop_ids& ids,
                              std::vector<payload> pieces) {
  auto id = ids.first;
  for (auto& piece : pieces) {
    piece.silent = silent_among(ids.silent, piece);
    const auto& seen = id == ids.first ? ids.seen_ids : std::vector<broadcast_id>{};
    transmit({std::make_shared<tcp_hop>(
        tcp_hop{id, seen, std::make_shared<payload>(std::move(piece)), {peer, {}}})});
    ++id.seqno;
  }
}

void broadcaster::multicast(const hop_plan& plan, const std::vector<payload>& datagrams) {
  auto id = plan.ids.first;
  for (const auto& piece : datagrams) {
    const auto& seen = id == plan.ids.first ? plan.ids.seen_ids : std::vector<broadcast_id>{};
    self_->send(node_->multicast_handler,
                send_datagram{multicast_frame(id, seen, piece, node_->codec)});
    ++id.seqno;
  }
}

void broadcaster::transmit(attempt what) {
  const auto& peer = what.hop->to.target;
  const auto [found, unknown] = links_.try_emplace(peer);
  auto& way = found->second;
  if (way.handler) return hand_to(way, what);
  way.waiting.push_back(std::move(what));
  if (unknown) open_link(peer);
}

void broadcaster::hand_to(const link& way, const attempt& what) {
  auto frame = frame_of(*what.hop, node_->codec);
  const auto flow = flow_of(*what.hop->what);
  if (!what.flight && !what.asked) return self_->send(way.handler, post{std::move(frame), flow});
  const auto failed = [this, what, handler = way.handler.address()](const caf::error& why) {
    if (why == call_error::limit_exceeded && what.asked) return what.asked->deliver(why);
    if (why != caf::sec::request_receiver_down || what.number >= attempts_max) return lost(what);
    // The handler ended, idle or crashed, before it could send this: the peer may be well.
    const auto found = links_.find(what.hop->to.target);
    if (found != links_.end() && found->second.handler &&
        found->second.handler.address() == handler)
      links_.erase(found);
    transmit({what.hop, what.number + 1, what.flight, what.asked});
  };
  const auto merged = [this, flight = what.flight, asked = what.asked](done) {
    if (flight) flights_.acknowledged(*flight, now());
    if (asked) asked->deliver(done{});
  };
  self_
      ->request(way.handler, caf::infinite,
                deliver{std::move(frame), what.hop->id.seqno, flow, !what.asked})
      .then(merged, failed);
}

void broadcaster::open_link(const net_id& peer) {
  supervision::child_spec spec;
  spec.id = to_string(peer);
  spec.start = supervision::start_shell<outgoing_handler>(node_, peer);
  spec.restart = supervision::restart_type::temporary;
  spec.ready = supervision::readiness::spawned;
  self_->request(node_->outgoing, caf::infinite, supervision::start_child{std::move(spec)})
      .then([this, peer](const caf::strong_actor_ptr& started) { use_link(peer, started); },
            [this, peer](const caf::error&) { find_link(peer); });
}

void broadcaster::find_link(const net_id& peer) {
  // The name is taken: by the handler of a former life of this actor, or by one that has just
  // ended.
  const auto find = [this, peer](const std::vector<supervision::child_info>& handlers) {
    const auto found = std::ranges::find(handlers, to_string(peer), &supervision::child_info::id);
    if (found == handlers.end() || !found->handle) return retry_link_later(peer);
    use_link(peer, found->handle);
  };
  self_->request(node_->outgoing, caf::infinite, supervision::which_children{})
      .then(find, [this, peer](const caf::error&) { retry_link_later(peer); });
}

void broadcaster::use_link(const net_id& peer, const caf::strong_actor_ptr& handler) {
  auto& way = links_[peer];
  way.handler = caf::actor_cast<outgoing_handler_actor>(handler);
  self_->monitor(way.handler);
  for (const auto& waiting : std::exchange(way.waiting, {})) hand_to(way, waiting);
}

void broadcaster::retry_link_later(const net_id& peer) {
  const auto found = links_.find(peer);
  if (found == links_.end()) return;
  std::vector<attempt> hopeless;
  for (auto& x : std::exchange(found->second.waiting, {})) {
    auto& list = x.number < attempts_max ? found->second.waiting : hopeless;
    list.push_back({std::move(x.hop), x.number + 1, x.flight, std::move(x.asked)});
  }
  if (found->second.waiting.empty()) {
    links_.erase(found);
  } else {
    self_->delayed_send(self_, link_retry, retry_link{peer});
  }
  for (const auto& x : hopeless) lost(x);
}

void broadcaster::lost(const attempt& what) {
  ++node_->counts->peers_unreachable;
  self_->send(node_->peer_db, peer_unreachable{what.hop->to.target});
  if (what.asked) return what.asked->deliver(caf::make_error(call_error::unavailable));
  if (what.flight && !flights_.end(*what.flight)) return;  // another has been asked already
  if (auto next = hand_over(*what.hop)) serve(std::move(next));
}

void broadcaster::serve(hop_ptr hop) {
  const auto flight = flights_.begin(hop, now());
  transmit({std::move(hop), 1, flight});
  arm_hops();
}

void broadcaster::arm_hops() {
  if (const auto wait = hops_alarm_.set(flights_.next_due(), now()))
    self_->delayed_send(self_, *wait, hops_due{});
}

void broadcaster::reroute_overdue() {
  for (const auto& [hop, passed, unreachable] : flights_.overdue(now())) {
    ++node_->counts->hops_overdue;
    if (unreachable) self_->send(node_->peer_db, peer_unreachable{hop->to.target});
    if (!passed) continue;  // the next exchange brings it, if it is lost
    auto next = reroute(*hop);
    if (next.empty()) continue;
    for (auto& x : next) serve(std::move(x));
    if (auto around = detour(*hop, flights_.last_heard())) transmit({std::move(around)});
  }
  arm_hops();
}

}  // namespace scalesmall
