#pragma once

#include <string>

namespace scalesmall {

/// The page scalesmall(1) in mdoc(7), from the tables of options and verbs.
[[nodiscard]] std::string program_manual();

/// The page scalesmall.conf(5) in mdoc(7), from the table of options.
[[nodiscard]] std::string config_manual();

}  // namespace scalesmall
