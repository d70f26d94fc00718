#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ops/verbs/verb_parameters.hpp"

namespace scalesmall {

/// A command line for a node that runs already.
struct client_command {
  /// The verb, by which its answer is shown; null for an answer that is shown as it is.
  const command* verb = nullptr;
  verb_request request = {};
  arguments given = {};     ///< of a verb that follows what happens
  std::string socket = {};  ///< empty: the only one there is
  bool json = false;        ///< show the answer as it came
  bool check = false;       ///< status: a node that is not well is an error
  bool is_health = false;   ///< 503 is an answer, too
};

/// Whether it is a verb for a running node.
[[nodiscard]] bool is_client_verb(const command& x);

/// Whether a command line begins with a verb for a running node.
[[nodiscard]] bool is_client_command(std::span<const std::string_view> arguments);

/// Reads such a command line. In names of verbs a dash stands for an underscore. A KEY that is no
/// number is a text; `--text KEY` makes one of a number. The error is a sentence.
[[nodiscard]] result<client_command, std::string> parse_client_command(
    std::span<const std::string_view> arguments);

/// A verb for a node that runs, as --help, the manual and completion show it.
struct client_verb {
  std::string synopsis;  ///< "join GROUP [HOST:PORT...]"
  std::string help;
};

/// All of them, in the order of --help.
[[nodiscard]] std::vector<client_verb> client_verbs();

/// The lines of --help about the verbs.
[[nodiscard]] std::string client_usage();

}  // namespace scalesmall
