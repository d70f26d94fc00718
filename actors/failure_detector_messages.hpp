#pragma once

#include <cstdint>
#include <scalesmall/call_answers.hpp>
#include <scalesmall/net_id.hpp>

#include <caf/allowed_unsafe_message_type.hpp>

#include "actors/handles.hpp"
#include "actors/liveness/liveness_core.hpp"

namespace scalesmall {

/// A member answered whose answer was to be told at once; see signs_of_life.
struct signs_due {};

/// A connection to a peer could not be made, or has ended without having been idle.
struct link_ended {
  net_id peer;
  bool refused = false;  ///< by the operating system of the peer's host
};

/// The liveness group has changed.
struct liveness_news {};

/// The program says whether it is well.
struct wellness {
  bool well = true;
};

/// The node stops. Answered when the topology_db has what there is to say of that.
struct retire {
  liveness_core::farewell how = liveness_core::farewell::states_itself;
};

/// Its own timer.
struct watch_due {};

}  // namespace scalesmall

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(scalesmall::signs_due)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(scalesmall::link_ended)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(scalesmall::liveness_news)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(scalesmall::wellness)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(scalesmall::retire)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(scalesmall::watch_due)
