#include <algorithm>
#include <array>
#include <scalesmall/supervision/restart_plan.hpp>
#include <stdexcept>
#include <vector>

#include <doctest/doctest.h>

using namespace scalesmall::supervision;

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
