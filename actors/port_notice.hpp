#pragma once

#include <scalesmall/network.hpp>

#include <caf/allowed_unsafe_message_type.hpp>

#include "actors/handles.hpp"

namespace scalesmall {

/// An event of a port, from its I/O thread to its owner.
struct port_notice {
  port_event event;
};

/// Its own timer.
struct idle_check {};

}  // namespace scalesmall

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(scalesmall::port_notice)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(scalesmall::idle_check)
