#pragma once

#include <scalesmall/key_ring.hpp>
#include <string>
#include <vector>

#include "apps/config/options.hpp"

namespace scalesmall {

/// What the options of a running node have become, as people read it: one line for each seed that
/// is new or gone, for the log level, for another key file, and one for all the options that only
/// the next start takes. None of them if nothing differs.
[[nodiscard]] std::vector<std::string> changes_of(const options& before, const options& now);

/// The same for a ring of keys, which are named by their fingerprints.
[[nodiscard]] std::vector<std::string> changes_of(const key_ring& before, const key_ring& now);

/// The options of a node after a reload: those before, with what a running node takes of the new
/// ones.
[[nodiscard]] options taken(options before, const options& now);

/// Whether a running node takes another key file. It cannot begin to seal, or cease to.
[[nodiscard]] inline bool takes_key_file(const options& before, const options& now) {
  return before.key_file.empty() == now.key_file.empty();
}

}  // namespace scalesmall
