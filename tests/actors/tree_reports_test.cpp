#include "actors/tree_reports.hpp"

#include <vector>

#include <caf/error.hpp>
#include <caf/sec.hpp>
#include <doctest/doctest.h>

namespace scalesmall {

namespace {

using supervision::report;
using std::chrono_literals::operator""ns;

report report_of(report::kind kind, const std::string& path) {
  return {kind, path, caf::make_error(caf::sec::runtime_error, "oh"), {}};
}

}  // namespace

TEST_CASE("the last failure of an actor is remembered, and nothing else") {
  tree_reports reports;
  for (const auto kind : {report::kind::started, report::kind::restarted, report::kind::ended,
                          report::kind::stopped, report::kind::waiting})
    reports.tell(report_of(kind, "a"), 1ns);
  CHECK(reports.failures().empty());
  reports.tell(report_of(report::kind::failed, "a"), 2ns);
  reports.tell(report_of(report::kind::gave_up, "a"), 3ns);
  REQUIRE(reports.failures().size() == 1);
  const auto last = reports.failures().at("a");
  CHECK(last.at == 3ns);
  CHECK(last.reason.find("oh") != std::string::npos);
}

TEST_CASE("the oldest failure is forgotten when there are too many") {
  tree_reports reports;
  for (std::size_t i = 0; i <= tree_reports::failures_max; ++i) {
    reports.tell(report_of(report::kind::failed, std::to_string(i)),
                 std::chrono::nanoseconds{static_cast<std::int64_t>(i)});
  }
  CHECK(reports.failures().size() == tree_reports::failures_max);
  CHECK_FALSE(reports.failures().contains("0"));
}

TEST_CASE("reports are passed on until the registration ends") {
  tree_reports reports;
  std::vector<std::string> heard;
  auto listening = reports.listen([&](const report& x) { heard.push_back(x.path); });
  reports.tell(report_of(report::kind::started, "a"), 1ns);
  listening.end();
  reports.tell(report_of(report::kind::started, "b"), 2ns);
  CHECK(heard == std::vector<std::string>{"a"});
}

}  // namespace scalesmall
