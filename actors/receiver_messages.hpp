#pragma once

#include <cstdint>

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

/// A part of a long answer has left or is given up.
struct answer_due {
  std::uint64_t number;  ///< of the answer
};

}  // namespace scalesmall

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(scalesmall::merged)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(scalesmall::held_due)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(scalesmall::answer_due)
