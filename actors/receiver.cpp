#include "actors/receiver.hpp"

#include <algorithm>

namespace scalesmall {

receiver::handle::behavior_type receiver::make_behavior() {
  return {
      [this](const arrived& what) { return take(what); },
      [this](const merged& all) { return act(all); },
      [this](const held_due&) {
        if (held_alarm_.rang(now())) announce_held();
      },
  };
}

moment receiver::now() const { return self_->clock().now().time_since_epoch(); }

caf::result<done> receiver::take(const arrived& what) {
  const auto& content = *what.content;
  if (content.current_id.origin == node_->self) return done{};  // our own multicast comes back
  if (content.application || !content.acknowledged.empty()) {
    note(what);
    return self_->delegate(node_->messenger, what);
  }
  return act({what, {}, {}});
}

void receiver::note(const arrived& what) {
  const auto peers = node_->peers.read();
  const bool known = std::ranges::binary_search(peers->known, what.content->current_id.origin);
  newcomers_.note(*what.content, what.path, known, now());
  self_->send(node_->peer_db, note_gossip{what.content, what.path});
}

caf::result<done> receiver::act(const merged& all) {
  const auto& [what, news, gaps] = all;
  const bool asks = what.content->summary && what.content->summary->stage == exchange::request;
  if (asks && !limiter_.allow(what.content->current_id.origin, now())) {
    ++node_->counts->requests_refused;
    return done{};
  }
  note(what);  // before anything is planned of it
  if (!what.content->summary) held_.heard(what.content->messages);
  const bool by_hop = what.path == arrival_path::tcp && is_acknowledged(*what.content);
  // What is refused is not noted, or it would count as served when it comes again.
  const auto asked = by_hop && fits_relay(*what.content)
                         ? served_.note(*what.content)
                         : broadcasts_served::task{false, what.content->distribution_list};
  bool refused = false;
  for (auto& effect : conclude(*what.content, what.path, asked, news, gaps,
                               newcomers_.to_announce(), *node_->topologies.read())) {
    refused |= std::holds_alternative<hop_refused>(effect);
    std::visit([this](auto& x) { do_effect(x); }, effect);
  }
  if (refused) return caf::make_error(call_error::limit_exceeded);
  return done{};
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

void receiver::do_effect(hop_refused&) { ++node_->counts->hops_refused; }

void receiver::do_effect(left_out& what) { node_->counts->groups_left_out += what.groups; }

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
