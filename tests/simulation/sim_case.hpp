#pragma once

#include <string>
#include <utility>
#include <vector>

#include "tests/simulation/case_options.hpp"
#include "tests/simulation/properties.hpp"

namespace scalesmall::simulation {

/// What came of a case, in the order in which it is printed.
struct case_result {
  std::vector<std::pair<std::string, double>> values;
  findings wrong;

  /// The value of a key; throws std::out_of_range if there is none.
  [[nodiscard]] double at(const std::string& key) const;
};

/// Runs one case. Times are in milliseconds or seconds, as their keys say; a time that did not come
/// within the case's own limit is infinite.
///
/// - mixed: faults and calls of all kinds, then all must agree.
/// - update: changes one after the other, among nodes that have known each other for long.
/// - start: all nodes start at once with one seed and join a group.
/// - late_seed: the same, but the seed itself starts after a time.
/// - halves: cut in two for a time in which both sides change, then all must agree.
/// - idle: nothing happens for a time.
/// - ranges: one node claims many ranges in one group.
/// - restarts: one node starts again and again.
/// - messages: members send program messages to the group, which all other members must get.
[[nodiscard]] case_result run_case(const case_options& options);

/// "key=value key=value".
[[nodiscard]] std::string to_string(const case_result& x);

}  // namespace scalesmall::simulation
