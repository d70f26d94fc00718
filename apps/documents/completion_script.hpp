#pragma once

#include <string>

namespace scalesmall {

/// Scripts by which bash and zsh complete the words of the program, from the tables of options and
/// verbs. A group is completed by asking the node that runs, if there is one.
[[nodiscard]] std::string bash_completion();
[[nodiscard]] std::string zsh_completion();

}  // namespace scalesmall
