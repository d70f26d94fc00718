#include "apps/terminal/log_sink.hpp"

#include <array>
#include <regex>
#include <string>
#include <sys/stat.h>
#include <unistd.h>

#include <doctest/doctest.h>
#include <spdlog/logger.h>

namespace scalesmall {

namespace {

/// The log of two lines in this form.
std::string written(log_form form) {
  std::array<int, 2> ends{};
  REQUIRE(::pipe(ends.data()) == 0);
  {
    const auto writer = std::make_shared<line_writer>(ends[1]);
    spdlog::logger log{"test", make_log_sink(writer, form)};
    log.set_pattern("%^%l%$ %v");
    log.warn("one {}", 1);
    log.debug("not wanted");
    log.info("two \"\xff\"");
  }
  std::array<char, 512> text{};
  const auto n = ::read(ends[0], text.data(), text.size());
  REQUIRE(n > 0);
  ::close(ends[0]);
  ::close(ends[1]);
  return {text.data(), static_cast<std::size_t>(n)};
}

}  // namespace

TEST_CASE("lines have the pattern of the log, and the colour of their level if asked") {
  CHECK(written({}) == "warning one 1\ninfo two \"\xff\"\n");
  CHECK(written({.coloured = true}) ==
        "\033[33m\033[1mwarning\033[m one 1\n\033[32minfo\033[m two \"\xff\"\n");
}

TEST_CASE("lines for the journal begin with their priority") {
  CHECK(written({.coloured = true, .journal = true}) == "<4>one 1\n<6>two \"\xff\"\n");
}

TEST_CASE("a line of JSON has a time in UTC, a level and a text, which is UTF-8 always") {
  const std::string time = R"(\{"time":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z",)";
  const std::regex lines{time + R"("level":"warning","text":"one 1"\}\n)" + time +
                         "\"level\":\"info\",\"text\":\"two \\\\\"\xef\xbf\xbd\\\\\"\"\\}\\n"};
  CHECK(std::regex_match(written({.json = true}), lines));
  CHECK(written({.json = true, .journal = true}).starts_with("<4>{\"time\":"));
}

TEST_CASE("the journal is the file that the service manager names") {
  std::array<int, 2> ends{};
  REQUIRE(::pipe(ends.data()) == 0);
  struct stat about {};
  REQUIRE(::fstat(ends[1], &about) == 0);
  const auto is = [&](std::optional<std::string> stream) {
    return is_journal(ends[1], [&](const char*) { return stream; });
  };
  const auto inode = std::to_string(about.st_ino);
  CHECK(is(std::to_string(about.st_dev) + ':' + inode));
  CHECK_FALSE(is(std::to_string(about.st_dev + 1) + ':' + inode));
  CHECK_FALSE(is({}));
  ::close(ends[0]);
  ::close(ends[1]);
}

}  // namespace scalesmall
