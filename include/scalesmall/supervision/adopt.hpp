#pragma once

#include <scalesmall/supervision/caf_version.hpp>

#include <caf/fwd.hpp>

namespace scalesmall::supervision {

/// Gives an actor of any kind what supervision wants of it and what actor_shell does by itself: an
/// exception becomes the exit reason sec::runtime_error with the exception's text, where CAF alone
/// drops the text. `tree::crash` works, too, and nothing is printed about unexpected messages.
///
/// Call it first in the function of the actor, or in the constructor of its class. It replaces the
/// actor's exception handler and default handler. Not for blocking actors, which have neither.
void adopt(caf::scheduled_actor& self);

/// The same for the `self` pointer of a function-based actor.
inline void adopt(caf::scheduled_actor* self) { adopt(*self); }

}  // namespace scalesmall::supervision
