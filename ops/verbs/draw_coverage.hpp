#pragma once

#include <cstdint>
#include <scalesmall/coverage.hpp>
#include <scalesmall/serve_options.hpp>
#include <string>
#include <vector>

namespace scalesmall {

/// What a plan adds to the coverage of its group.
struct planned_coverage {
  std::uint32_t replicas = 0;  ///< 0: the group is not served by plan
  std::vector<group_plan::load> loads = {};
};

/// A piece of the coverage, and the members that load it.
struct planned_piece {
  coverage_piece what;
  std::vector<net_id> loading;
};

/// The pieces of a coverage. They end where a load begins or ends, too.
[[nodiscard]] std::vector<planned_piece> pieces_of(const coverage& x, const planned_coverage& plan);

/// Draws the coverage of a group as text: a line for each of the first 32 members with its ranges,
/// drawn as dashes if it is unreachable, a line that marks gaps, the share of all keys that is
/// served, and one line for each piece. If the group is served by plan, a line marks the keys with
/// too few owners, what is loaded alone is drawn as circles, and neighbouring pieces of which all
/// else is the same are one line. The last line has no newline.
[[nodiscard]] std::string draw_coverage(const coverage& x, const planned_coverage& plan = {});

}  // namespace scalesmall
