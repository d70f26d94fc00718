#pragma once

#include <span>
#include <string_view>

#include "apps/config/options.hpp"

namespace scalesmall {

/// One option. The same table makes the parser, --help, the manual and the completion.
struct option_row {
  std::string_view name;
  std::string_view variable;  ///< name of the environment variable; empty: none
  std::string_view argument;  ///< empty: a switch, which also accepts =on and =off
  std::string_view help;
  std::string_view allowed;
  bool (*set)(options&, std::string_view value);
};

/// All options but --config, in the order of --help.
[[nodiscard]] std::span<const option_row> all_options();

/// The option with this name, which has no dashes; null if there is none.
[[nodiscard]] const option_row* find_option(std::string_view name);

/// Whether an option may be given several times.
[[nodiscard]] bool adds_up(const option_row& row);

}  // namespace scalesmall
