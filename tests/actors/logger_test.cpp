#include "actors/logger.hpp"

#include <cstdint>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

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
