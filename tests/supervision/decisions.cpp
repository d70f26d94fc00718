#include <algorithm>
#include <array>
#include <chrono>
#include <scalesmall/supervision/restart_plan.hpp>
#include <scalesmall/supervision/should_restart.hpp>
#include <stdexcept>
#include <vector>

#include <doctest/doctest.h>

#include "supervision/decisions/restart_intensity.hpp"

using namespace scalesmall::supervision;

TEST_CASE("should_restart: all nine cases") {
  using enum exit_kind;
  for (const auto kind : {normal, shutdown, abnormal}) {
    CHECK(should_restart(restart_type::permanent, kind));
    CHECK(should_restart(restart_type::transient, kind) == (kind == abnormal));
    CHECK_FALSE(should_restart(restart_type::temporary, kind));
  }
}

TEST_CASE("should_shut_down: significant children only, the first or the last of them") {
  for (const auto mode :
       {auto_shutdown::never, auto_shutdown::any_significant, auto_shutdown::all_significant}) {
    for (const std::size_t left : {0U, 1U, 7U}) {
      CHECK_FALSE(should_shut_down(mode, false, left));
      CHECK(should_shut_down(mode, true, left) ==
            (mode == auto_shutdown::any_significant ||
             (mode == auto_shutdown::all_significant && left == 0)));
    }
  }
}

namespace {

constexpr std::array types = {restart_type::permanent, restart_type::transient,
                              restart_type::temporary};

/// Checks a plan against its definition, child by child.
void check_plan(restart_strategy strategy, const std::vector<restart_type>& children,
                std::size_t failed) {
  const auto plan = plan_restart(strategy, children, failed);
  const auto has = [](const std::vector<std::size_t>& v, std::size_t i) {
    return std::find(v.begin(), v.end(), i) != v.end();
  };
  CHECK(std::is_sorted(plan.stop.rbegin(), plan.stop.rend()));
  CHECK(std::is_sorted(plan.start.begin(), plan.start.end()));
  for (std::size_t i = 0; i < children.size(); ++i) {
    const bool concerned = strategy == restart_strategy::one_for_all ||
                           (strategy == restart_strategy::rest_for_one && i > failed);
    const bool temporary = children[i] == restart_type::temporary;
    CHECK(has(plan.stop, i) == (concerned && i != failed));
    CHECK(has(plan.drop, i) == (concerned && i != failed && temporary));
    CHECK(has(plan.start, i) == (i == failed || (concerned && !temporary)));
  }
}

}  // namespace

TEST_CASE("plan_restart: every strategy, every mix of up to five children, every failed one") {
  for (std::size_t n = 1; n <= 5; ++n) {
    std::size_t mixes = 1;
    for (std::size_t i = 0; i < n; ++i) mixes *= types.size();
    for (std::size_t mix = 0; mix < mixes; ++mix) {
      std::vector<restart_type> children;
      for (std::size_t i = 0, rest = mix; i < n; ++i, rest /= types.size())
        children.push_back(types[rest % types.size()]);
      for (std::size_t failed = 0; failed < n; ++failed) {
        if (children[failed] == restart_type::temporary) continue;
        for (const auto strategy :
             {restart_strategy::one_for_one, restart_strategy::one_for_all,
              restart_strategy::rest_for_one, restart_strategy::simple_one_for_one})
          check_plan(strategy, children, failed);
      }
    }
  }
  CHECK_THROWS_AS((void)plan_restart(restart_strategy::one_for_one, {}, 0), std::out_of_range);
}

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
