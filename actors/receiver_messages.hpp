#pragma once

#include <caf/allowed_unsafe_message_type.hpp>

#include "actors/arrived.hpp"
#include "actors/topology/merge_outcome.hpp"

namespace scalesmall {

/// An arrival whose rows have been merged.
struct merged {
  arrived what;
  merge_outcome outcome;
};

/// Its own timer.
struct held_due {};

}  // namespace scalesmall

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(scalesmall::merged)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(scalesmall::held_due)
