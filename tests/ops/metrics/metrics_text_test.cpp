#include "ops/metrics/metrics_text.hpp"

#include <doctest/doctest.h>

namespace scalesmall {

TEST_CASE("a metric is its help, its type and its samples") {
  metrics_text text;
  text.begin("a_total", metric_type::counter, "What a\\b is.\nReally.");
  text.add(std::uint64_t{18'446'744'073'709'551'615U});
  text.begin("b_ratio", metric_type::gauge, "A share.");
  text.add(0.5, {{"group", "g"}, {"op", "add"}});
  text.add(1e300, {{"group", "h"}});
  CHECK(std::move(text).take() ==
        "# HELP a_total What a\\\\b is.\\nReally.\n"
        "# TYPE a_total counter\n"
        "a_total 18446744073709551615\n"
        "# HELP b_ratio A share.\n"
        "# TYPE b_ratio gauge\n"
        "b_ratio{group=\"g\",op=\"add\"} 0.5\n"
        "b_ratio{group=\"h\"} 1e+300\n");
}

TEST_CASE("the value of a label ends only where it ends") {
  metrics_text text;
  text.begin("a", metric_type::gauge, "A.");
  text.add(std::uint64_t{1}, {{"group", "x\"} 2\n\\"}});
  CHECK(std::move(text).take() == "# HELP a A.\n# TYPE a gauge\na{group=\"x\\\"} 2\\n\\\\\"} 1\n");
}

}  // namespace scalesmall
