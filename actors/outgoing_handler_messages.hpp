#pragma once

#include <cstdint>
#include <memory>
#include <scalesmall/bytes.hpp>
#include <scalesmall/call_answers.hpp>

#include <caf/allowed_unsafe_message_type.hpp>

#include "actors/port_notice.hpp"

namespace scalesmall {

/// Answered when the peer acknowledges the number. Errors: call_error::limit_exceeded if the frame
/// was dropped, because the queue for the peer was full; any other if the peer cannot have it.
struct deliver {
  bytes frame;
  std::uint64_t number = 0;
  std::uint64_t flow = 0;                 ///< frames of different flows take turns
  std::shared_ptr<const void> room = {};  ///< as in tcp_hop, until the frame has left
};

/// Never answered: a step of an exchange, which is begun again by itself. The peer_db hears of a
/// peer that cannot be reached.
struct post {
  bytes frame;
  std::uint64_t flow = 0;                 ///< as in deliver
  std::shared_ptr<const void> room = {};  ///< as in deliver
};

/// Its own timer: the peer should have spoken by now.
struct hello_due {};

}  // namespace scalesmall

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(scalesmall::deliver)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(scalesmall::post)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(scalesmall::hello_due)
