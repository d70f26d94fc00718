#include "apps/config/duration_text.hpp"

#include <chrono>

#include <doctest/doctest.h>

namespace scalesmall {

TEST_CASE("durations are parsed with and without a unit") {
  CHECK(parse_duration("90") == std::chrono::seconds{90});
  CHECK(parse_duration("90s") == std::chrono::seconds{90});
  CHECK(parse_duration("10m") == std::chrono::minutes{10});
  CHECK(parse_duration("3650d") == std::chrono::hours{24 * 3650});
  for (const auto* bad : {"", "s", "1 s", "1ms", "0x5", "-1", "3651d", "4294967296", "1.5h"}) {
    CAPTURE(bad);
    CHECK_FALSE(parse_duration(bad));
  }
}

TEST_CASE("a short duration may be in milliseconds") {
  CHECK(parse_short_duration("250ms") == std::chrono::milliseconds{250});
  CHECK(parse_short_duration("3s") == std::chrono::seconds{3});
  CHECK_FALSE(parse_short_duration("ms"));
  CHECK_FALSE(parse_short_duration("1.5ms"));
}

}  // namespace scalesmall
