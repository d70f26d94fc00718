#pragma once

#include <scalesmall/messages.hpp>
#include <scalesmall/net_id.hpp>

#include <caf/allowed_unsafe_message_type.hpp>

#include "actors/arrived.hpp"

namespace scalesmall {

/// From the outbox: there is something to take.
struct outbox_filled {};

/// Its own timer.
struct batches_due {};

/// Its own timer.
struct acknowledgements_due {
  net_id to;
};

}  // namespace scalesmall

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(scalesmall::outbox_filled)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(scalesmall::batches_due)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(scalesmall::acknowledgements_due)
