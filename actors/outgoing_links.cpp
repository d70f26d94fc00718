#include "actors/outgoing_links.hpp"

#include <algorithm>
#include <scalesmall/supervision/calls.hpp>
#include <utility>

#include "actors/broadcaster_messages.hpp"
#include "actors/incoming_handler_messages.hpp"
#include "actors/outgoing_handler.hpp"
#include "actors/peer_db_messages.hpp"
#include "actors/peers/connectable.hpp"
#include "messages/codec/codec.hpp"

namespace scalesmall {

namespace {

/// How often a hop is tried again that failed because an actor of this node ended; a failure of the
/// network is final.
constexpr int attempts_max = 5;

/// A handler that has just ended may still hold its name, which the next one needs.
constexpr std::chrono::milliseconds link_retry{2};

}  // namespace

void outgoing_links::send(hop_ptr hop, delivery how, outcome then) {
  transmit({std::move(hop), how, std::move(then)});
}

void outgoing_links::ended(const caf::down_msg& what) {
  std::erase_if(links_, [&](const auto& x) {
    const bool gone = x.second.handler && x.second.handler.address() == what.source;
    if (gone) strangers_.closed(x.first);
    return gone;
  });
}

void outgoing_links::transmit(attempt what) {
  const auto peer = what.hop->to.target;
  const auto [found, unknown] = links_.try_emplace(peer);
  auto& way = found->second;
  if (way.handler) return hand_to(way, what);
  if (unknown && !may_open(what)) {
    links_.erase(found);
    return refuse(what);
  }
  way.waiting.push_back(std::move(what));
  if (unknown) open(peer);
}

bool outgoing_links::may_open(const attempt& what) {
  const auto& peer = what.hop->to.target;
  if (!is_connectable(node_->self.address, peer)) return false;
  const auto known = node_->peers.read();
  const auto is_familiar = [&](const net_id& x) {
    return std::ranges::binary_search(known->reached, x) ||
           std::ranges::binary_search(known->named, x);
  };
  if (is_familiar(peer)) return true;
  strangers_.remove_reached(is_familiar);
  std::optional<net_id> idle;
  // What is posted is a step of an exchange. Only an answer takes room of a budget.
  using purpose = stranger_connections::purpose;
  const bool answer = what.how == delivery::posted && what.hop->room;
  const bool open = strangers_.open(peer, now(), idle, answer ? purpose::answer : purpose::named);
  if (idle) {
    if (const auto found = links_.find(*idle); found != links_.end() && found->second.handler)
      self_->send(found->second.handler, make_room{});
  }
  return open;
}

time_point outgoing_links::now() const { return self_->clock().now(); }

void outgoing_links::refuse(const attempt& what) {
  ++node_->counts->connections_refused;
  if (const auto times = refused_.note(now()))
    node_->log->warn("not connected to {}, which this node never reached; {} times so far",
                     to_string(what.hop->to.target), *times);
  // A peer may have been refused only for now. Its messages are sent again when they are overdue.
  const bool later =
      what.how == delivery::reliable && is_connectable(node_->self.address, what.hop->to.target);
  what.then(caf::make_error(later ? call_error::limit_exceeded : call_error::unavailable));
}

void outgoing_links::hand_to(const link& way, const attempt& what) {
  strangers_.used(what.hop->to.target, now());
  // What others said may be more than a frame can say.
  const auto body = try_encode(gossip_of(*what.hop));
  if (!body) {
    ++node_->counts->gossips_unsendable;
    return what.then(caf::make_error(call_error::limit_exceeded));
  }
  auto frame = node_->codec.wrap(*body);
  const auto flow = flow_of(*what.hop->what);
  if (what.how == delivery::posted)
    return self_->send(way.handler, post{std::move(frame), flow, what.hop->room});
  self_
      ->request(way.handler, caf::infinite,
                deliver{std::move(frame), what.hop->id.seqno, flow, what.hop->room})
      .then([then = what.then](done) { then({}); },
            [this, what, handler = way.handler.address()](const caf::error& why) {
              failed(what, handler, why);
            });
}

void outgoing_links::failed(const attempt& what, const caf::actor_addr& handler,
                            const caf::error& why) {
  if (why == call_error::limit_exceeded) return what.then(why);  // dropped here
  if (why != caf::sec::request_receiver_down || what.number >= attempts_max) return lost(what);
  // The handler ended, idle or crashed, before it could send this: the peer may be well.
  const auto found = links_.find(what.hop->to.target);
  if (found != links_.end() && found->second.handler && found->second.handler.address() == handler)
    links_.erase(found);
  transmit({what.hop, what.how, what.then, what.number + 1});
}

void outgoing_links::open(const net_id& peer) {
  supervision::child_spec spec;
  spec.id = to_string(peer);
  spec.start = supervision::start_shell<outgoing_handler>(node_, peer);
  spec.restart = supervision::restart_type::temporary;
  spec.ready = supervision::readiness::spawned;
  self_->request(node_->outgoing, caf::infinite, supervision::start_child{std::move(spec)})
      .then([this, peer](const caf::strong_actor_ptr& started) { use(peer, started); },
            [this, peer](const caf::error&) { find(peer); });
}

void outgoing_links::find(const net_id& peer) {
  // The name is taken: by the handler of a former life of the owner, or by one that has just ended.
  const auto look = [this, peer](const std::vector<supervision::child_info>& handlers) {
    const auto found = std::ranges::find(handlers, to_string(peer), &supervision::child_info::id);
    if (found == handlers.end() || !found->handle) return retry_later(peer);
    use(peer, found->handle);
  };
  self_->request(node_->outgoing, caf::infinite, supervision::which_children{})
      .then(look, [this, peer](const caf::error&) { retry_later(peer); });
}

void outgoing_links::use(const net_id& peer, const caf::strong_actor_ptr& handler) {
  auto& way = links_[peer];
  way.handler = caf::actor_cast<outgoing_handler_actor>(handler);
  self_->monitor(way.handler);
  for (const auto& waiting : std::exchange(way.waiting, {})) hand_to(way, waiting);
}

void outgoing_links::retry_later(const net_id& peer) {
  const auto found = links_.find(peer);
  if (found == links_.end()) return;
  std::vector<attempt> hopeless;
  for (auto& x : std::exchange(found->second.waiting, {})) {
    auto& list = x.number++ < attempts_max ? found->second.waiting : hopeless;
    list.push_back(std::move(x));
  }
  if (found->second.waiting.empty()) {
    links_.erase(found);
  } else {
    self_->delayed_send(self_, link_retry, retry_link{peer});
  }
  for (const auto& x : hopeless) lost(x);
}

void outgoing_links::lost(const attempt& what) {
  ++node_->counts->peers_unreachable;
  self_->send(node_->peer_db, peer_unreachable{what.hop->to.target});
  what.then(caf::make_error(call_error::unavailable));
}

}  // namespace scalesmall
