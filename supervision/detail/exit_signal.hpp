#pragma once

#include <caf/actor_control_block.hpp>
#include <caf/error.hpp>
#include <caf/fwd.hpp>

namespace scalesmall::supervision {

/// Asks an actor to end. Unlike CAF's send_exit it overtakes the actor's backlog.
void signal_exit(caf::local_actor& self, const caf::strong_actor_ptr& to, caf::error reason);

/// Ends an actor, whatever it says; it takes effect between two of its messages.
void signal_kill(caf::local_actor& self, const caf::strong_actor_ptr& to);

/// The same from outside of any actor.
void signal_exit(const caf::strong_actor_ptr& to, caf::error reason);

}  // namespace scalesmall::supervision
