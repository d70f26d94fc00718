#include "actors/liveness/local_health.hpp"

#include <chrono>

#include <doctest/doctest.h>

#include "tests/actors/liveness/rows.hpp"

using namespace scalesmall;
using namespace std::chrono_literals;

TEST_CASE("a node that hears two others may judge, one of few is enough") {
  local_health x{1s, 0s};
  CHECK(x.hears(1, 10s));
  CHECK(!x.hears(2, 10s));
  x.heard(live_rows::member(1), 10s);
  CHECK(x.hears(5, 10s));
  CHECK(!x.hears(6, 10s));
  x.heard(live_rows::member(1), 11s);
  CHECK(!x.hears(6, 11s));
  x.heard(live_rows::member(2), 11s);
  CHECK(x.hears(6, 11s));
  CHECK(!x.hears(6, 13s));
}

TEST_CASE("a late timer and a sleeping machine are absences") {
  local_health x{1s, 0s};
  CHECK(!x.is_present(2s));
  CHECK(x.is_present(3s));
  CHECK(x.on_time(10s, 10s, 110s));
  CHECK(x.on_time(11s, 11s + 250ms, 111s + 250ms));
  CHECK(x.is_present(12s));
  CHECK(!x.on_time(12s, 13s, 113s));
  CHECK(!x.is_present(15s));
  CHECK(x.is_present(16s));
  CHECK(!x.on_time(20s, 20s, 180s));
  CHECK(x.on_time(21s, 21s, 181s));
  CHECK(!x.is_present(22s));
}

TEST_CASE("a node that has heard nobody for long is isolated") {
  local_health x{1s, 0s};
  CHECK(!x.is_isolated(5s, 4s));
  CHECK(x.is_isolated(5s, 5s));
  x.heard(live_rows::member(1), 6s);
  CHECK(!x.is_isolated(5s, 10s));
}
