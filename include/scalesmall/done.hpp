#pragma once

#include <scalesmall/call_error.hpp>

#include <caf/allowed_unsafe_message_type.hpp>
#include <caf/error.hpp>
#include <caf/make_message.hpp>
#include <caf/message.hpp>

namespace scalesmall {

/// The answer of an actor that has nothing to say but that the call is carried out.
struct done {};

}  // namespace scalesmall

/// An actor of a node answers an error with a call_error in the category "gm":
/// `if (error == scalesmall::call_error::not_found) ...`
CAF_ERROR_CODE_ENUM(scalesmall::call_error, "gm")
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(scalesmall::done)
