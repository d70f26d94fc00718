#pragma once

#include <cstddef>
#include <functional>
#include <scalesmall/result.hpp>
#include <span>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "apps/shell/command_error.hpp"
#include "apps/shell/command_syntax.hpp"
#include "apps/shell/node_control.hpp"
#include "apps/shell/pause.hpp"

namespace scalesmall {

/// Keeps the keys of an object in the order in which they were written.
using json = nlohmann::ordered_json;

/// What commands act on.
struct command_context {
  node_control& node;
  pause& time;
  bool quit = false;  ///< set by the command that ends the shell
  /// Prints a line for people at once; none if the answers are for programs.
  std::function<void(const std::string&)> show = {};
};

/// One command of the shell.
struct command {
  std::string_view name;     ///< one word or two, e.g. "await members"
  std::string_view pattern;  ///< see command_syntax.hpp
  std::string_view help;
  result<json, command_error> (*run)(command_context&, const arguments&);
};

/// All commands, in the order in which `help` lists them.
[[nodiscard]] std::span<const command> all_commands();

/// A command that a line named, and how many words its name took.
struct named_command {
  const command* which = nullptr;
  std::size_t words = 0;
};

/// The command that these words begin with; command_fault::unknown_command if there is none.
[[nodiscard]] result<named_command, command_error> find_command(std::span<const word> words);

/// Reads and carries out one line that is not blank. Never throws: what a command throws is
/// command_fault::internal.
[[nodiscard]] result<json, command_error> run_command(command_context& context,
                                                      std::string_view line);

}  // namespace scalesmall
