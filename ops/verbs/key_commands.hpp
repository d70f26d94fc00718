#pragma once

#include "ops/verbs/commands.hpp"

/// The commands of the shell that read and change keys. No secret is ever in an argument or a
/// result.
namespace scalesmall {

/// Lists the keys in the order in which they were added:
/// [{"fingerprint":"0123456789abcdef","primary":true}, ...]
[[nodiscard]] result<json, command_error> list_keys(command_context& c, const arguments& a);

/// Adds the keys of a file to those that open frames. Answers with the array of their fingerprints.
/// With `save` this and the next two write the key file of the node first; if that fails, nothing
/// changes.
[[nodiscard]] result<json, command_error> add_keys(command_context& c, const arguments& a);

/// Makes a key the primary one, which seals frames.
[[nodiscard]] result<json, command_error> use_key(command_context& c, const arguments& a);

/// Removes a key that is not the primary one.
[[nodiscard]] result<json, command_error> remove_key(command_context& c, const arguments& a);

/// Reads key file, seeds and log level again. Answers with the array of what has changed.
[[nodiscard]] result<json, command_error> reload_settings(command_context& c, const arguments& a);
[[nodiscard]] std::string reload_text(const json& changes);

}  // namespace scalesmall
