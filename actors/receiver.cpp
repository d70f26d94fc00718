#include "actors/receiver.hpp"

#include <algorithm>

#include "supervision/guarded_promise.hpp"

namespace scalesmall {

receiver::handle::behavior_type receiver::make_behavior() {
  return {
      [this](const arrived& what) -> caf::result<done> { return merge(what); },
      [this](const held_due&) {
        if (held_alarm_.rang(now())) announce_held();
      },
  };
}

moment receiver::now() const { return self_->clock().now().time_since_epoch(); }

caf::result<done> receiver::merge(const arrived& what) {
  if (what.content->current_id.origin == node_->self)
    return done{};  // our own multicast comes back
  const auto peers = node_->peers.read();
  const bool known = std::ranges::binary_search(peers->known, what.content->current_id.origin);
  newcomers_.note(*what.content, what.path, known, now());
  const bool asks = what.content->summary && what.content->summary->stage == exchange::request;
  if (asks && !limiter_.allow(what.content->current_id.origin, now())) {
    ++node_->counts->requests_refused;
    return done{};
  }
  if (what.content->application || !what.content->acknowledged.empty()) {
    self_->send(node_->peer_db, note_gossip{what.content, what.path});
    return self_->delegate(node_->messenger, what);
  }
  if (!what.content->summary) held_.heard(what.content->messages);
  if (what.content->messages.empty()) {
    act(what, {}, {});
    return done{};
  }
  const auto promise = self_->make_response_promise<done>();
  const supervision::guarded_promise<done> answer{promise};
  self_->request(node_->topology_db, caf::infinite, apply_rows{what.content})
      .then(
          [this, what, answer](const applied& outcome) {
            act(what, outcome.news, outcome.gaps);
            answer.deliver(done{});
          },
          [this, what, answer](const caf::error&) {
            // The merge was lost with the actor that made it. Others must still be served, and
            // nobody knows what was new; what is lacking now the next exchange brings.
            act(what, what.content->messages, {});
            answer.deliver(done{});
          });
  return promise;
}

void receiver::act(const arrived& what, const std::vector<message>& news,
                   const std::vector<group_digest>& gaps) {
  // Not before its rows are published, which users wait for; but before anything is planned of it.
  self_->send(node_->peer_db, note_gossip{what.content, what.path});
  const bool by_hop = what.path == arrival_path::tcp && is_acknowledged(*what.content);
  const auto asked = by_hop ? served_.note(*what.content)
                            : broadcasts_served::task{false, what.content->distribution_list};
  for (auto& effect : conclude(*what.content, what.path, asked, news, gaps,
                               newcomers_.to_announce(), *node_->topologies.read())) {
    std::visit([this](auto& x) { do_effect(x); }, effect);
  }
}

void receiver::do_effect(exchanged& what) {
  held_.hold(what.rows, now());
  arm();
}

void receiver::do_effect(announcement& what) {
  held_.heard(what.rows);
  self_->send(node_->broadcaster, std::move(what));
}

void receiver::do_effect(broadcast& what) { self_->send(node_->broadcaster, std::move(what)); }

void receiver::do_effect(direct& what) { self_->send(node_->broadcaster, std::move(what)); }

void receiver::announce_held() {
  if (auto rows = held_.take(now(), *node_->topologies.read()); !rows.empty())
    self_->send(node_->broadcaster, announcement{std::move(rows)});
  arm();
}

void receiver::arm() {
  if (const auto wait = held_alarm_.set(held_.next_due(), now()))
    self_->delayed_send(self_, *wait, held_due{});
}

}  // namespace scalesmall
