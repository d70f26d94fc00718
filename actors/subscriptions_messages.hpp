#pragma once

#include <memory>
#include <scalesmall/subscriptions.hpp>

#include <caf/allowed_unsafe_message_type.hpp>

#include "actors/handles.hpp"

namespace scalesmall {

struct topology;

/// From the topology_db: what it has just published.
struct topology_changed {
  std::shared_ptr<const topology> now;
};

}  // namespace scalesmall

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(scalesmall::topology_changed)
