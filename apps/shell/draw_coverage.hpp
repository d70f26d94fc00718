#pragma once

#include <scalesmall/coverage.hpp>
#include <string>

namespace scalesmall {

/// Who serves what, for people: a line for each of the first 32 members with its ranges drawn, a
/// line that marks gaps, what part of all keys is served, and the pieces one a line. The last line
/// ends without a newline.
[[nodiscard]] std::string draw_coverage(const coverage& x);

}  // namespace scalesmall
