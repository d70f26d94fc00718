#pragma once

#include <scalesmall/assignment.hpp>
#include <scalesmall/messages.hpp>

#include <caf/allowed_unsafe_message_type.hpp>

#include "actors/handles.hpp"

namespace scalesmall {

/// A group that this node serves by plan.
struct service_order {
  serve_group what;
  bool draining = false;
};

/// The topology has changed.
struct topology_moved {};

/// Its own timer.
struct assign_due {};

}  // namespace scalesmall

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(scalesmall::topology_moved)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(scalesmall::assign_due)
