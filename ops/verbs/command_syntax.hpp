#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <scalesmall/item.hpp>
#include <scalesmall/log.hpp>
#include <scalesmall/result.hpp>
#include <scalesmall/serve_options.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "messages/peer_address.hpp"
#include "ops/verbs/command_error.hpp"

/// Splits a line into words and checks the words as arguments. A pattern such as "GROUP FROM TO
/// PORT" describes the arguments of a command. Each word in capitals is a placeholder with its own
/// rules. Brackets mark an optional argument, dots a repeated one; a word that begins with two
/// dashes stands for itself and precedes its value, if the pattern has one. `help` prints the same
/// patterns, and completion uses them.
namespace scalesmall {

/// Bound on the length of a line of the shell, in bytes.
inline constexpr std::size_t line_bytes_max = 65'536;

/// The arguments of one command. Only the fields that its pattern names are set.
struct arguments {
  std::string group;
  std::string inner;  ///< a group that is included
  key_range range;
  std::vector<key_range> ranges;
  std::uint16_t port = 0;
  std::uint32_t key = 0;
  std::vector<peer_address> peers;
  std::optional<scalesmall::op> op;
  std::size_t count = 0;
  std::optional<std::chrono::milliseconds> seconds;
  serve_options service;  ///< capacity, replicas, slots and zone
  std::string path;
  std::string fingerprint;
  std::string command;
  std::vector<std::string> types;  ///< of events
  std::optional<std::uint64_t> after;
  std::optional<log_level> level;
  std::string shell_command;
  std::optional<std::chrono::milliseconds> ttl;  ///< --ttl-s
  std::string tag;
  std::string text;
  bool all = false;        ///< --all
  bool at_most = false;    ///< --at-most
  bool reachable = false;  ///< --reachable
  bool keep = false;       ///< --keep
  bool save = false;       ///< --save
};

struct word {
  std::string text;
  bool quoted = false;  ///< it was in double quotes

  friend bool operator==(const word&, const word&) = default;
};

/// Splits a line at blanks. A word that begins with a double quote ends at the next one; it may
/// contain blanks, \" and \\. Refuses an open quote and a line over line_bytes_max.
[[nodiscard]] result<std::vector<word>, command_error> split_words(std::string_view line);

/// Parses the words after the name of a command. Refuses too many words, too few, and values that
/// their placeholder does not allow. Options stand behind all
/// other words, in any order.
[[nodiscard]] result<arguments, command_error> parse_arguments(std::string_view pattern,
                                                               std::span<const word> words);

/// A word of a line, and what a pattern says that it is.
struct matched_word {
  std::string_view name;    ///< the placeholder; empty for an option without a value
  std::string_view option;  ///< the option that the word belongs to; empty if to none
  word value;               ///< of an option without a value: the option

  friend bool operator==(const matched_word&, const matched_word&) = default;
};

/// The same words one by one. Refuses what parse_arguments refuses.
/// @param pattern must outlive the answer
[[nodiscard]] result<std::vector<matched_word>, command_error> match_words(
    std::string_view pattern, std::span<const word> words);

/// One word of a pattern, or an option together with its value, if it has one.
struct slot {
  std::string_view name;  ///< empty: an option without a value
  std::string_view option = {};
  bool optional = false;
  bool repeated = false;
};

/// All slots of a pattern, which must outlive them.
[[nodiscard]] std::vector<slot> slots_of(std::string_view pattern);

/// The placeholder for the word at this position (from 0), without brackets and dots, or the option
/// if it has no value; empty if there is none.
[[nodiscard]] std::string_view placeholder_at(std::string_view pattern, std::size_t position);

}  // namespace scalesmall
