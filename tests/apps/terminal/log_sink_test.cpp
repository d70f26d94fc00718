#include "apps/terminal/log_sink.hpp"

#include <array>
#include <string>
#include <unistd.h>

#include <doctest/doctest.h>
#include <spdlog/logger.h>

namespace scalesmall {

TEST_CASE("lines have the pattern of the log, and the colour of their level if asked") {
  for (const bool coloured : {false, true}) {
    std::array<int, 2> ends{};
    REQUIRE(::pipe(ends.data()) == 0);
    {
      const auto writer = std::make_shared<line_writer>(ends[1]);
      spdlog::logger log{"test", make_log_sink(writer, coloured)};
      log.set_pattern("%^%l%$ %v");
      log.warn("one {}", 1);
      log.debug("not wanted");
      log.info("two");
    }
    std::array<char, 256> text{};
    const auto n = ::read(ends[0], text.data(), text.size());
    REQUIRE(n > 0);
    CHECK(std::string{text.data(), static_cast<std::size_t>(n)} ==
          (coloured ? "\033[33m\033[1mwarning\033[m one 1\n\033[32minfo\033[m two\n"
                    : "warning one 1\ninfo two\n"));
    ::close(ends[0]);
    ::close(ends[1]);
  }
}

}  // namespace scalesmall
