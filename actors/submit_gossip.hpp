#pragma once

#include "actors/arrival/gossip_route.hpp"
#include "actors/node_context.hpp"
#include "actors/peer_db_messages.hpp"
#include "actors/receiver_messages.hpp"

namespace scalesmall {

/// What became of a gossip from outside. It is true if the gossip was dealt with.
struct submission {
  bool done = false;
  bool failed = false;  ///< dealing with it threw an exception: nothing good comes from that peer

  operator bool() const noexcept { return done; }
};

/// Hands a gossip from outside to the actor that deals with it; then calls `then`, in the turn of
/// the actor that asks, with the submission that came of it.
template <class Self, class Then>
void submit_gossip(Self* self, const node_context& node, const arrived& what, Then then) {
  const auto succeeded = [then](done) { then(submission{true}); };
  const auto failed = [then](const caf::error& why) {
    then(submission{false, why == caf::sec::runtime_error});
  };
  // The topology_db may end during a merge. Nobody knows then what was new, but the distribution
  // list must still be served; the next exchange brings the rows that are lacking.
  const auto lost = [=, receiver = node.receiver](const caf::error& why) {
    // Merged, but its list is refused; or nothing of it is to be used.
    if (why == call_error::limit_exceeded || why == caf::sec::runtime_error) return failed(why);
    self->request(receiver, caf::infinite, merged{what, {marks_of(what.content->messages), {}}})
        .then(succeeded, failed);
  };
  switch (route_of(*what.content, node.self)) {
    case gossip_route::merge:
      self->request(node.topology_db, caf::infinite, what).then(succeeded, lost);
      return;
    case gossip_route::act:
      self->request(node.receiver, caf::infinite, what).then(succeeded, failed);
      return;
    case gossip_route::messages:
      self->send(node.peer_db, note_gossip{what.content, what.path, false, what.connection});
      self->request(node.messenger, caf::infinite, what).then(succeeded, failed);
  }
}

}  // namespace scalesmall
