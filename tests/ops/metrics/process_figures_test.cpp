#include "ops/metrics/process_figures.hpp"

#include <string>

#include <doctest/doctest.h>

namespace scalesmall {

TEST_CASE("the figures of a process are read, whatever its name is") {
  const auto figures = parse_process_stat(
      "4711 (a) b (c) S 1 4711 4711 0 -1 4194560 100 0 0 0 250 150 0 0 20 0 5 0 1000 8192000 300 "
      "18446744073709551615 1 1\n",
      {100, 4096, 1'700'000'000});
  REQUIRE(figures);
  CHECK(figures->cpu_seconds == doctest::Approx(4));
  CHECK(figures->virtual_bytes == 8'192'000);
  CHECK(figures->resident_bytes == 300 * 4096);
  CHECK(figures->start_time_seconds == doctest::Approx(1'700'000'010));
}

TEST_CASE("another text has no figures") {
  for (const auto* text : {"", "4711 (a) S 1 2", "no brackets", "1 (a) S x x x x x x x x x x x x"})
    CHECK_FALSE(parse_process_stat(text, {}));
}

TEST_CASE("this process has figures") {
  const auto figures = read_process_figures();
  CHECK(figures.resident_bytes > 0);
  CHECK(figures.open_fds >= 3);
  CHECK(figures.max_fds >= figures.open_fds);
}

}  // namespace scalesmall
