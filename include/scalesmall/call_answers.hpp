#pragma once

#include <scalesmall/call_error.hpp>
#include <scalesmall/result.hpp>
#include <scalesmall/supervision/caf_version.hpp>
#include <string>

#include <caf/allowed_unsafe_message_type.hpp>
#include <caf/atom.hpp>
#include <caf/error.hpp>
#include <caf/make_message.hpp>
#include <caf/message.hpp>

namespace scalesmall {

/// The error that an actor of a node answers with, of category "gm":
/// `if (error == scalesmall::call_error::not_found) ...`. Its context holds the name, so that
/// caf::to_string shows it.
[[nodiscard]] inline caf::error make_error(call_error x) {
  return {static_cast<std::uint8_t>(x), caf::atom("gm"),
          caf::make_message(std::string{to_string(x)})};
}

}  // namespace scalesmall

namespace caf {
using scalesmall::make_error;  // for those who write caf::make_error, as for every other error
}

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(scalesmall::done)
