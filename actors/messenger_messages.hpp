#pragma once

#include <scalesmall/messages.hpp>

#include <caf/allowed_unsafe_message_type.hpp>

#include "actors/arrived.hpp"

namespace scalesmall {

/// From the outbox: there is something to take.
struct outbox_filled {};

/// Its own timer.
struct messaging_due {};

}  // namespace scalesmall

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(scalesmall::outbox_filled)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(scalesmall::messaging_due)
