#pragma once

#include "ops/verbs/commands.hpp"

/// The commands about program messages.
namespace scalesmall {

/// `send GROUP TAG TEXT`: a program message to all other members.
[[nodiscard]] result<json, command_error> send_text(command_context& c, const arguments& a);

/// `receive TAG [SECONDS]`: the program messages of a tag that come meanwhile.
[[nodiscard]] result<json, command_error> receive_texts(command_context& c, const arguments& a);

}  // namespace scalesmall
