#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <variant>

#include "actors/broadcast/broadcast.hpp"
#include "actors/messaging/batch_handling.hpp"
#include "actors/peers/hop_plan.hpp"

namespace scalesmall {

/// Tells the node at the other end of a connection that its hop with this number is dealt with.
using hop_reply = std::function<void(std::uint64_t)>;

/// The peer table is to be asked; its answer, or that it gave none, goes back to the core.
struct plan_wanted {
  job_key job;
  plan_hops what;
  int attempt = 1;
};

/// One TCP message. Whether its target acknowledges it or cannot be reached goes back to the core.
struct batch_hop {
  job_key job;
  std::shared_ptr<const tcp_hop> hop;
};

/// The handlers of the batch's tag are to get it. How many there are goes back to the core at once,
/// and each of their answers later.
struct handler_call {
  batch_identity which;
  std::shared_ptr<const application_batch> batch;
};

/// The sender of a hop that came by TCP is to be told.
struct reply_due {
  hop_reply reply;
  std::uint64_t number;
};

/// Some peers did not get a batch.
struct messages_lost {
  std::shared_ptr<const application_batch> batch;
  std::size_t messages;  ///< those of the batch times the peers
};

/// Nothing was heard of a peer for too long.
struct peer_given_up {
  net_id peer;
};

/// There was no room for a batch of this sender. It is not acknowledged, so it comes again.
struct batch_refused {
  net_id from;
};

/// The outbox may have something to take again.
struct outbox_due {};

/// What a node is to do for the messages of programs.
using messaging_effect =
    std::variant<plan_wanted, batch_hop, outgoing_datagram, direct, handler_call, reply_due,
                 messages_lost, peer_given_up, batch_refused, outbox_due>;

}  // namespace scalesmall
