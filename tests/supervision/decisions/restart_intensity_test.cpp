#include "supervision/decisions/restart_intensity.hpp"

#include <algorithm>
#include <chrono>
#include <vector>

#include <doctest/doctest.h>

using namespace scalesmall::supervision;

TEST_CASE("restart_intensity: at most `limit` restarts in any window") {
  using namespace std::chrono_literals;
  // All patterns of restarts at twelve times, 1 s apart; the period is 3 s.
  for (unsigned pattern = 0; pattern < (1U << 12U); ++pattern) {
    for (std::size_t limit = 0; limit <= 4; ++limit) {
      restart_intensity intensity{limit, 3s};
      std::vector<int> before;
      for (int t = 0; t < 12; ++t) {
        if ((pattern >> static_cast<unsigned>(t) & 1U) == 0) continue;
        before.push_back(t);
        const auto in_window =
            std::count_if(before.begin(), before.end(), [t](int then) { return t - then <= 3; });
        const bool expected = static_cast<std::size_t>(in_window) <= limit;
        REQUIRE(intensity.allow(restart_intensity::time_point{t * 1s}) == expected);
        if (!expected) break;  // a supervisor gives up here
      }
    }
  }
}
