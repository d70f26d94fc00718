#pragma once

#include <scalesmall/bytes.hpp>

#include <caf/allowed_unsafe_message_type.hpp>

#include "actors/port_notice.hpp"

namespace scalesmall {

struct send_datagram {
  bytes frame;
};

/// Answered when the actor has handled all datagrams that it got before from the same sender.
struct flush_datagrams {};

/// Its own timer.
struct reopen_port {};

}  // namespace scalesmall

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(scalesmall::send_datagram)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(scalesmall::flush_datagrams)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(scalesmall::reopen_port)
