#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string>

#include <doctest/doctest.h>

#include "tests/supervision/trace/trace_runner.hpp"

namespace {

std::string content_of(const std::filesystem::path& file) {
  std::ifstream in{file};
  REQUIRE_MESSAGE(in.good(), file.string());
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

}  // namespace

TEST_CASE("every scenario has the trace that OTP's own supervisor printed") {
  using namespace scalesmall::supervision::trace;
  std::set<std::filesystem::path> scenarios;
  for (const auto& entry : std::filesystem::directory_iterator{SCENARIOS}) {
    if (entry.path().extension() == ".txt") scenarios.insert(entry.path());
  }
  CHECK(scenarios.size() >= 47);
  for (const auto& file : scenarios) {
    auto trace = file;
    trace.replace_extension(".trace");
    CAPTURE(file.filename().string());
    CHECK(trace_runner{parse_scenario(content_of(file))}.run(file.filename().string()) ==
          content_of(trace));
  }
}
