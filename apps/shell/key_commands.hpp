#pragma once

#include "apps/shell/commands.hpp"

/// What the shell's commands about keys do. No secret ever passes through an argument or a result.
namespace scalesmall {

/// [{"fingerprint":"0123456789abcdef","primary":true}, ...] in the order in which they were added.
[[nodiscard]] result<json, command_error> list_keys(command_context& c, const arguments& a);

/// Adds the keys of a file to those that open; the array of their fingerprints.
[[nodiscard]] result<json, command_error> add_keys(command_context& c, const arguments& a);

/// Makes a key the one that seals.
[[nodiscard]] result<json, command_error> use_key(command_context& c, const arguments& a);

/// Takes off a key that does not seal.
[[nodiscard]] result<json, command_error> remove_key(command_context& c, const arguments& a);

}  // namespace scalesmall
