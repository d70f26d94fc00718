#pragma once

#include <caf/allowed_unsafe_message_type.hpp>

#include "actors/arrived.hpp"
#include "actors/port_notice.hpp"

namespace scalesmall {

/// Its own timer.
struct frame_due {};

/// Asks it to end, for another connection.
struct make_room {};

/// From the memory_budget: there is room for the frame that has begun.
struct room_given {};

/// Its own timer.
struct slow_check {};

}  // namespace scalesmall

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(scalesmall::frame_due)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(scalesmall::make_room)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(scalesmall::room_given)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(scalesmall::slow_check)
