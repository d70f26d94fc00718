#pragma once

#include "actors/arrived.hpp"
#include "actors/node_context.hpp"
#include "actors/receiver_messages.hpp"

namespace scalesmall {

/// Has a gossip from outside merged, if it has rows to merge, and acted upon by the receiver; then
/// calls `then`, in the turn of the actor that asks, with whether that was done.
template <class Self, class Then>
void submit_gossip(Self* self, const node_context& node, const arrived& what, Then then) {
  const auto& content = *what.content;
  const bool has_rows = !content.messages.empty() && !content.application &&
                        content.acknowledged.empty() && content.current_id.origin != node.self;
  const auto succeeded = [then](done) { then(true); };
  const auto failed = [then](const caf::error&) { then(false); };
  if (!has_rows) {
    self->request(node.receiver, caf::infinite, what).then(succeeded, failed);
    return;
  }
  const auto lost = [=, receiver = node.receiver](const caf::error&) {
    // The merge was lost with the actor that made it. Others must still be served, and nobody knows
    // what was new; what is lacking now the next exchange brings.
    self->request(receiver, caf::infinite, merged{what, what.content->messages, {}})
        .then(succeeded, failed);
  };
  self->request(node.topology_db, caf::infinite, what).then(succeeded, lost);
}

}  // namespace scalesmall
