#include "actors/receiver.hpp"

#include <algorithm>
#include <utility>

#include "actors/broadcaster_messages.hpp"
#include "actors/peer_db_messages.hpp"

namespace scalesmall {

namespace {

/// Does one effect of an arrival.
struct performer {
  supervision::shell_pointer<receiver_actor> self;
  const node_context& node;
  const arrived& what;

  void operator()(request_refused) const { ++node.counts->requests_refused; }
  void operator()(envelope_to_note) const {
    self->send(node.peer_db, note_gossip{what.content, what.path});
  }
  void operator()(hop_refused) const { ++node.counts->hops_refused; }
  void operator()(groups_left_out x) const { node.counts->groups_left_out += x.groups; }
  void operator()(auto& words) const { self->send(node.broadcaster, std::move(words)); }
};

}  // namespace

receiver::handle::behavior_type receiver::make_behavior() {
  return {
      [this](const arrived& what) { return act(what, {}); },
      [this](const merged& all) { return act(all.what, all.outcome); },
      [this](const held_due&) {
        if (alarm_.rang(now())) announce_held();
      },
  };
}

moment receiver::now() const { return self_->clock().now().time_since_epoch(); }

caf::result<done> receiver::act(const arrived& what, const merge_outcome& merged) {
  const auto& sender = what.content->current_id.origin;
  const bool known = std::ranges::binary_search(node_->peers.read()->known, sender);
  bool refused = false;
  for (auto& effect :
       core_.arrived(*what.content, what.path, merged, known, *node_->topologies.read(), now())) {
    refused |= std::holds_alternative<hop_refused>(effect);
    std::visit(performer{self_, *node_, what}, effect);
  }
  arm();
  if (refused) return caf::make_error(call_error::limit_exceeded);
  return done{};
}

void receiver::announce_held() {
  if (auto rows = core_.due(*node_->topologies.read(), now()); !rows.empty())
    self_->send(node_->broadcaster, announcement{std::move(rows)});
  arm();
}

void receiver::arm() {
  if (const auto wait = alarm_.set(core_.next_due(), now()))
    self_->delayed_send(self_, *wait, held_due{});
}

}  // namespace scalesmall
