#pragma once

#include <scalesmall/coverage.hpp>
#include <string>

namespace scalesmall {

/// Draws the coverage of a group as text: a line for each of the first 32 members with its ranges,
/// drawn as dashes if it is unreachable, a line that marks gaps, the share of all keys that is
/// served, and one line for each piece. The last line has no newline.
[[nodiscard]] std::string draw_coverage(const coverage& x);

}  // namespace scalesmall
