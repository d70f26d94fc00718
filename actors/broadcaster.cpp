#include "actors/broadcaster.hpp"

#include <scalesmall/supervision/guarded_promise.hpp>
#include <utility>

#include "actors/arrival_guard.hpp"
#include "actors/multicast_handler_messages.hpp"
#include "actors/peer_db_messages.hpp"
#include "actors/topology/topology.hpp"

namespace scalesmall {

namespace {

/// How often a plan is asked for again because the peer_db ended.
constexpr int attempts_max = 5;

}  // namespace

broadcaster::broadcaster(supervision::shell_pointer<handle> self, node_context_ptr node)
    : self_(self),
      node_(std::move(node)),
      core_({node_->self, node_->config.multicast, node_->config.announcement_window, node_->codec},
            rng{node_->random_seed + 1}),
      links_(self_, node_) {
  self_->set_down_handler([this](const caf::down_msg& ended) { links_.ended(ended); });
  start(core_.begin(*node_->topologies.read(), now()));
}

broadcaster::handle::behavior_type broadcaster::make_behavior() {
  return {
      [this](broadcast& what) {
        guarded(std::function{what.failed}, [&] { start(std::move(what)); });
      },
      [this](const announcement& what) {
        guarded([&] { core_.announce(what.rows); });
        act_on_due();
      },
      [this](direct& what) {
        guarded(std::function{what.failed}, [&] { start(std::move(what)); });
      },
      [this](const begin_exchange& with) {
        guarded([&] { act(core_.depart(with.partners, *node_->topologies.read())); });
      },
      [this](const report_hearing&) {
        start(std::make_shared<const cut_broadcast>(hearing_report()));
      },
      [this](const dissemination_due&) {
        if (alarm_.rang(now())) act_on_due();
        answer_told();
      },
      [this](const retry_link& again) { links_.open(again.peer); },
      [this](send_hop& what) { return send_for_another(what); },
      [this](const send_probes& what) { guarded([&] { send(what); }); },
      [this](const tell_all&) { return tell_all_now(); },
  };
}

time_point broadcaster::now() const { return self_->clock().now(); }

template <class F>
void broadcaster::guarded(const std::function<void()>& failed, F send) {
  if (!guard_arrival(*node_, arrival_step::send, send)) return;
  ++node_->counts->gossips_unsendable;
  if (failed) failed();
}

template <class F>
void broadcaster::guarded(F send) {
  guarded(nullptr, send);
}

void broadcaster::start(broadcast what) {
  if (auto cut = core_.cut(std::move(what)))
    start(std::make_shared<const cut_broadcast>(std::move(*cut)));
}

void broadcaster::start(const std::shared_ptr<const cut_broadcast>& what, int attempt) {
  ++plans_awaited_;
  // Without a time-out, which the clock would keep: an actor of this node answers or ends.
  self_->request(node_->peer_db, caf::infinite, what->needs())
      .then(
          [this, what](hop_plan& plan) {
            --plans_awaited_;
            guarded(what->what.failed, [&] { act(core_.depart(*what, std::move(plan), now())); });
            answer_told();
          },
          [this, what, attempt](const caf::error& why) {
            --plans_awaited_;
            if (attempt < attempts_max) return start(what, attempt + 1);
            node_->log->error("a broadcast was given up, the peer_db does not answer: {}",
                              caf::to_string(why));
            answer_told();
          });
}

void broadcaster::start(direct what) {
  auto cut = std::make_shared<cut_direct>(scalesmall::cut(std::move(what)));
  self_->request(node_->peer_db, caf::infinite, cut->needs())
      .then(
          [this, cut](const peer_table::hop_ids& ids) {
            guarded(std::function{cut->failed}, [&] { act(core_.depart(std::move(*cut), ids)); });
          },
          [](const caf::error&) { /* exchanges are begun again by themselves */ });
}

caf::result<done> broadcaster::send_for_another(send_hop& what) {
  const auto promise = self_->make_response_promise<done>();
  const supervision::guarded_promise<done> answer{promise};
  const auto ended = [answer](const caf::error& why) {
    why ? answer.deliver(why) : answer.deliver(done{});
  };
  const auto failed = guard_arrival(*node_, arrival_step::send, [&] {
    links_.send(std::move(what.hop), outgoing_links::delivery::reliable, ended);
  });
  if (failed) ended(failed);
  return promise;
}

void broadcaster::send(const send_probes& what) {
  static const auto nothing = std::make_shared<const payload>();
  for (const auto& peer : what.peers) {
    auto probe = std::make_shared<const tcp_hop>(
        tcp_hop{{node_->self, probe_number}, {}, nothing, {peer, {}}});
    // A probe that is refused, as one that is lost, counts as missed.
    links_.send(std::move(probe), outgoing_links::delivery::posted, [](const caf::error&) {});
  }
}

caf::result<done> broadcaster::tell_all_now() {
  const auto promise = self_->make_response_promise<done>();
  waiting_.emplace_back(promise);
  core_.hurry();
  act_on_due();
  answer_told();
  return promise;
}

void broadcaster::answer_told() {
  if (waiting_.empty() || plans_awaited_ > 0 || core_.is_telling()) return;
  for (const auto& answer : std::exchange(waiting_, {})) {
    self_->request(node_->multicast_handler, caf::infinite, flush_datagrams{})
        .then([answer](done) { answer.deliver(done{}); },
              [answer](const caf::error& why) { answer.deliver(why); });
  }
}

void broadcaster::act(const departures& all) {
  for (const auto& x : all.datagrams) self_->send(node_->multicast_handler, send_datagram{x.frame});
  for (const auto& x : all.hops) act(x);
  arm();
}

void broadcaster::act(const outgoing_hop& x) {
  using delivery = outgoing_links::delivery;
  links_.send(x.hop, x.flight ? delivery::awaited : delivery::posted,
              [this, x](const caf::error& why) {
                if (!why) {
                  core_.acknowledged(x.flight.value(), now());
                } else if (why == call_error::limit_exceeded) {
                  core_.dropped(x);
                } else {
                  lost(x);
                }
                answer_told();
              });
}

void broadcaster::lost(const outgoing_hop& x) {
  if (const auto next = core_.lost(x, now())) act(*next);
  arm();
}

void broadcaster::act_on_due() {
  guarded([&] {
    if (auto rows = core_.due(*node_->topologies.read(), now())) start(std::move(*rows));
  });
  guarded([&] {
    const auto work = core_.overdue(now());
    node_->counts->hops_overdue += work.overdue;
    for (const auto& peer : work.unreachable) self_->send(node_->peer_db, peer_unreachable{peer});
    for (const auto& x : work.hops) act(x);
  });
  arm();
}

void broadcaster::arm() {
  if (const auto wait = alarm_.set(core_.next_due(), now()))
    self_->delayed_send(self_, *wait, dissemination_due{});
}

}  // namespace scalesmall
