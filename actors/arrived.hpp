#pragma once

#include <cstdint>
#include <memory>
#include <scalesmall/call_answers.hpp>

#include <caf/allowed_unsafe_message_type.hpp>

#include "actors/handles.hpp"
#include "actors/peers/arrival_path.hpp"
#include "messages/gossip.hpp"

namespace scalesmall {

/// Tells the node at the other end of a connection that its hop has been dealt with.
struct acknowledge {
  std::uint64_t number = 0;
};

/// Tells the connection that an actor threw because of what came by it. Nothing good comes from
/// there, so the connection ends.
struct arrival_failed {};

/// A gossip from outside. Answered when it has been dealt with, so that whoever read it can hold
/// back the next.
struct arrived {
  std::shared_ptr<const gossip> content;
  arrival_path path = arrival_path::tcp;
  acknowledging_actor connection = {};  ///< by which it came, if by TCP
  ip_address from = {};                 ///< where it came from
};

}  // namespace scalesmall

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(scalesmall::acknowledge)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(scalesmall::arrival_failed)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(scalesmall::arrived)
