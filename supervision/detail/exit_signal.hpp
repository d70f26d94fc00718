#pragma once

#include <caf/actor_control_block.hpp>
#include <caf/error.hpp>
#include <caf/fwd.hpp>

namespace scalesmall::supervision {

/// Asks an actor to end. Unlike send_exit of CAF, the request overtakes the messages in the
/// mailbox.
void signal_exit(caf::local_actor& self, const caf::strong_actor_ptr& to, caf::error reason);

/// Ends an actor unconditionally. The kill takes effect between two messages of the actor.
void signal_kill(caf::local_actor& self, const caf::strong_actor_ptr& to);

/// `signal_exit` for callers that are not actors.
void signal_exit(const caf::strong_actor_ptr& to, caf::error reason);

}  // namespace scalesmall::supervision
