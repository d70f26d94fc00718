#include "actors/logger.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "tests/at.hpp"

using namespace scalesmall;

namespace {

using line = std::pair<log_level, std::string>;

}  // namespace

TEST_CASE("each {} of a form stands for one value") {
  std::vector<line> lines;
  const logger log{
      [&](log_level level, std::string_view text) { lines.emplace_back(level, text); }};
  log.debug("nothing");
  log.info("{} peers of \"{}\"", std::size_t{3}, "a {} group");
  log.warn("{}", std::string{"braces {} in a value"});
  log.error("one value {} for two {}", -1);
  log.critical("a value too many: {}", 'x' == 'x', "unused");
  const std::vector<line> expected{{log_level::debug, "nothing"},
                                   {log_level::info, "3 peers of \"a {} group\""},
                                   {log_level::warning, "braces {} in a value"},
                                   {log_level::error, "one value -1 for two {}"},
                                   {log_level::critical, "a value too many: 1"}};
  CHECK(lines == expected);
}

TEST_CASE("a logger without a function logs nothing") {
  const logger log;
  log.critical("{}", 1);
}

TEST_CASE("a line that repeats itself is written once a minute, with its count") {
  using namespace std::chrono_literals;
  std::vector<std::string> lines;
  time_point now{0s};
  const logger log{[&](log_level, std::string_view text) { lines.emplace_back(text); },
                   [&] { return now; }};
  for (; now < at(59s); now += 1s) log.warn("no {}", "thread");
  log.warn("no {}", "descriptor");
  CHECK(lines == std::vector<std::string>{"no thread", "no descriptor"});
  now = at(61s);
  log.warn("no {}", "thread");
  CHECK(lines.back() == "no thread (and 58 times more since then)");
  now = at(200s);
  log.warn("no {}", "thread");
  CHECK(lines.back() == "no thread");
  log.debug("often");
  log.debug("often");
  CHECK(lines.size() == 6);
}

TEST_CASE("connections that fail alike are one line") {
  std::size_t lines = 0;
  const logger log{[&](log_level, std::string_view) { ++lines; }, [] { return time_point{}; }};
  for (int i = 0; i < 9; ++i) log.warn("handlers/127.0.0.1:{}#{} failed", 40'000 + i, i);
  CHECK(lines == 1);
}
