#pragma once

#include <vector>

#include <caf/allowed_unsafe_message_type.hpp>

#include "actors/arrived.hpp"

namespace scalesmall {

/// One whose rows have been merged: what of them was new, and what may be lacking.
struct merged {
  arrived what;
  std::vector<message> news;
  std::vector<group_digest> gaps;
};

/// Its own timer.
struct held_due {};

}  // namespace scalesmall

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(scalesmall::merged)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(scalesmall::held_due)
