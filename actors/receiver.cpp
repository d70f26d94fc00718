#include "actors/receiver.hpp"

#include <algorithm>

#include "actors/broadcaster_messages.hpp"
#include "actors/peer_db_messages.hpp"

namespace scalesmall {

receiver::handle::behavior_type receiver::make_behavior() {
  return {
      [this](const arrived& what) { return take(what); },
      [this](const merged& all) {
        act(all);
        return done{};
      },
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
  act({what, {}, {}});
  return done{};
}

void receiver::note(const arrived& what) {
  const auto peers = node_->peers.read();
  const bool known = std::ranges::binary_search(peers->known, what.content->current_id.origin);
  newcomers_.note(*what.content, what.path, known, now());
  self_->send(node_->peer_db, note_gossip{what.content, what.path});
}

void receiver::act(const merged& all) {
  const auto& [what, news, gaps] = all;
  const bool asks = what.content->summary && what.content->summary->stage == exchange::request;
  if (asks && !limiter_.allow(what.content->current_id.origin, now())) {
    ++node_->counts->requests_refused;
    return;
  }
  note(what);  // before anything is planned of it
  if (!what.content->summary) held_.heard(what.content->messages);
  const bool by_hop = what.path == arrival_path::tcp && is_acknowledged(*what.content);
  const auto asked = by_hop ? served_.note(*what.content)
                            : seen_broadcasts::task{false, what.content->distribution_list};
  for (auto& effect : decide(*what.content, what.path, asked, news, gaps, newcomers_.to_announce(),
                             *node_->topologies.read())) {
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
