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

}  // namespace scalesmall
