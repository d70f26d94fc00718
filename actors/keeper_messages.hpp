#pragma once

#include <cstdint>
#include <system_error>

#include <caf/allowed_unsafe_message_type.hpp>

#include "actors/handles.hpp"

namespace scalesmall {

/// Answered with `done` once all that the topology table says now of kept claims is on the disk.
/// Errors: call_error::not_kept.
struct keep_changes {};

/// The incarnation of this node has risen.
struct state_changed {};

struct peers_changed {};

/// From the thread of the state store.
struct state_written {
  enum class what : std::uint8_t { self, peers };

  what file = what::self;
  std::error_code error;
};

/// Its own timer.
struct keeping_due {};

}  // namespace scalesmall

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(scalesmall::keep_changes)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(scalesmall::state_changed)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(scalesmall::peers_changed)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(scalesmall::state_written)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(scalesmall::keeping_due)
