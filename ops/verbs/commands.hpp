#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <scalesmall/result.hpp>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include <nlohmann/json.hpp>

#include "ops/verbs/command_error.hpp"
#include "ops/verbs/command_syntax.hpp"
#include "ops/verbs/node_control.hpp"
#include "ops/verbs/pause.hpp"

namespace scalesmall {

/// The keys of an object keep the order in which they were inserted.
using json = nlohmann::ordered_json;

/// What is counted in a group: its items with an operation, or its members if there is none.
using counted = std::pair<std::string, std::optional<op>>;

/// The environment of a command.
struct command_context {
  node_control& node;
  pause& time;
  bool quit = false;  ///< a command sets it to end the shell
  /// The command comes from another process: an argument FILE is the content of a file.
  bool from_outside = false;
  /// Prints a line at once; empty if the answers are JSON.
  std::function<void(const std::string&)> show = {};
  /// Changes the level of the program's log, for a time or until it is changed again; empty: the
  /// program cannot.
  std::function<void(log_level, std::optional<std::chrono::milliseconds>)> set_log_level = {};
  /// When the caller no longer waits for the answer; nothing: it waits as long as it takes.
  std::optional<std::chrono::steady_clock::time_point> deadline = {};
  /// The counts that the newest answers told; `await` knows by them in which direction it waits.
  std::map<counted, std::size_t> told = {};
};

/// One command of the shell.
struct command {
  std::string_view name;     ///< one word or two, e.g. "await members"
  std::string_view pattern;  ///< see command_syntax.hpp
  std::string_view help;
  /// Null: the shell does not have it.
  result<json, command_error> (*run)(command_context&, const arguments&);
  /// How a running node is asked for it by HTTP; empty: only the shell has it. A path names some of
  /// the placeholders of the pattern in braces; see verb_parameters.hpp.
  std::string_view method = {};
  std::string_view path = {};
  /// The text for people of an answer in JSON; null: as render_text makes it.
  std::string (*text)(const json&) = nullptr;
  /// What a client does with it.
  enum class kind : std::uint8_t {
    asks,     ///< one request, if there is a path
    streams,  ///< one request, whose answer is a stream of events that does not end
    follows,  ///< further requests, as apps/client/follow.hpp says
  };
  kind how = kind::asks;
};

/// All commands, in the order of `help`.
[[nodiscard]] std::span<const command> all_commands();

/// The command named by a line, and the number of words of its name.
struct named_command {
  const command* which = nullptr;
  std::size_t words = 0;
};

/// The command whose name these words begin with. Errors: unknown_command; invalid_argument if only
/// the first word of a name matches.
[[nodiscard]] result<named_command, command_error> find_command(std::span<const word> words);

/// Parses and executes one line that is not blank. Never throws: an exception of a command becomes
/// command_fault::internal.
[[nodiscard]] result<json, command_error> run_command(command_context& context,
                                                      std::string_view line);

}  // namespace scalesmall
