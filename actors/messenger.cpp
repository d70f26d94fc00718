#include "actors/messenger.hpp"

#include <utility>

#include "actors/arrival_guard.hpp"
#include "actors/broadcaster_messages.hpp"
#include "actors/messaging/outbox.hpp"
#include "actors/multicast_handler_messages.hpp"
#include "actors/topology/topology.hpp"

namespace scalesmall {

messenger::messenger(supervision::shell_pointer<handle> self, node_context_ptr node)
    : self_(self),
      node_(std::move(node)),
      callers_(self_, node_),
      handlers_(self_, node_),
      core_({node_->self, node_->config.multicast, node_->codec}, node_->messages_out,
            node_->counts) {
  self_->send(self_, outbox_filled{});
}

messenger::handle::behavior_type messenger::make_behavior() {
  return {
      [this](const handle_messages& order) { return handlers_.add(order); },
      [this](const ignore_messages& call) { return handlers_.remove(call.who); },
      [this](send_message& what) { return callers_.accept(what); },
      [this](const arrived& what) { return deliver(what); },
      [this](const outbox_filled&) { fill(); },
      [this](const messaging_due&) {
        if (alarm_.rang(now())) act(core_.due(now()));
      },
  };
}

time_point messenger::now() const { return self_->clock().now(); }

void messenger::fill() {
  act(core_.fill(*node_->topologies.read(), now()));
  callers_.accept_waiting();
}

caf::result<done> messenger::deliver(const arrived& what) {
  if (auto failed = guard_arrival(*node_, arrival_step::deliver, [&] { take(what); })) {
    core_.begin_anew();
    fill();
    return failed;
  }
  return done{};
}

done messenger::take(const arrived& what) {
  auto reply = [self = self_, connection = what.connection](std::uint64_t number) {
    self->send(connection, acknowledge{number});
  };
  const auto who =
      standing_of(what.content->current_id.origin, what.from, node_->peers.read()->reached);
  act(core_.arrived(*what.content, what.path, std::move(reply), *node_->topologies.read(), now(),
                    who));
  return {};
}

void messenger::act(messaging_core::effects effects) {
  for (auto& effect : effects) std::visit([this](auto& x) { do_effect(x); }, effect);
  if (const auto wait = alarm_.set(core_.next_due(), now()))
    self_->delayed_send(self_, *wait, messaging_due{});
}

void messenger::do_effect(plan_wanted& asked) {
  const auto what = asked.what;
  self_->request(node_->peer_db, caf::infinite, what)
      .then([this, asked](const hop_plan& plan) { act(core_.planned(asked, plan, now())); },
            [this, asked](const caf::error&) { act(core_.not_planned(asked, now())); });
}

void messenger::do_effect(const batch_hop& x) {
  const auto target = x.hop->to.target;
  self_->request(node_->broadcaster, caf::infinite, send_hop{x.hop})
      .then([this, job = x.job, target](done) { act(core_.acknowledged(job, target, now())); },
            [this, job = x.job, target](const caf::error& why) {
              // Other errors are not the peer's: the hop is sent again when it is overdue.
              if (why == call_error::unavailable) act(core_.unreachable(job, target, now()));
            });
}

void messenger::do_effect(const outgoing_datagram& x) {
  self_->send(node_->multicast_handler, send_datagram{x.frame});
}

void messenger::do_effect(direct& x) { self_->send(node_->broadcaster, std::move(x)); }

void messenger::do_effect(const handler_call& call) {
  const auto handlers =
      handlers_.give(call.batch, [this, which = call.which] { act(core_.handled(which, now())); });
  act(core_.given(call, handlers, now()));
}

void messenger::do_effect(const reply_due& x) { x.reply(x.number); }

void messenger::do_effect(const messages_lost& x) {
  node_->counts->messages_undelivered += x.messages;
  if (const auto times = undelivered_.note(now()))
    node_->log->warn("{} batches that not all peers could get; the last one: {}", *times,
                     to_string(*x.batch));
}

void messenger::do_effect(const peer_given_up& x) {
  self_->send(node_->peer_db, peer_unreachable{x.peer});
}

void messenger::do_effect(const batch_refused& x) {
  if (const auto times = refused_.note(now()))
    node_->log->warn("{} batches of messages not taken, no room; the last came from {}", *times,
                     to_string(x.from));
}

void messenger::do_effect(const outbox_due&) { self_->send(self_, outbox_filled{}); }

}  // namespace scalesmall
