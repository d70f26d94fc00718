#include "actors/liveness/local_health.hpp"

#include <chrono>

#include <doctest/doctest.h>

#include "tests/actors/liveness/rows.hpp"
#include "tests/at.hpp"

using namespace scalesmall;
using namespace std::chrono_literals;

TEST_CASE("a node that hears two others may judge, one of few is enough") {
  local_health x{1s, at(0s)};
  CHECK(x.hears(1, at(10s)));
  CHECK(!x.hears(2, at(10s)));
  x.heard(live_rows::member(1), at(10s));
  CHECK(x.hears(5, at(10s)));
  CHECK(!x.hears(6, at(10s)));
  x.heard(live_rows::member(1), at(11s));
  CHECK(!x.hears(6, at(11s)));
  x.heard(live_rows::member(2), at(11s));
  CHECK(x.hears(6, at(11s)));
  CHECK(!x.hears(6, at(13s)));
}

TEST_CASE("a late timer and a sleeping machine are absences") {
  local_health x{1s, at(0s)};
  CHECK(!x.is_present(at(2s)));
  CHECK(x.is_present(at(3s)));
  CHECK(x.on_time(at(10s), at(10s), at(110s)));
  CHECK(x.on_time(at(11s), at(11s + 250ms), at(111s + 250ms)));
  CHECK(x.is_present(at(12s)));
  CHECK(!x.on_time(at(12s), at(13s), at(113s)));
  CHECK(!x.is_present(at(15s)));
  CHECK(x.is_present(at(16s)));
  CHECK(!x.on_time(at(20s), at(20s), at(180s)));
  CHECK(x.on_time(at(21s), at(21s), at(181s)));
  CHECK(!x.is_present(at(22s)));
}

TEST_CASE("a node that has heard nobody for long is isolated") {
  local_health x{1s, at(0s)};
  CHECK(!x.is_isolated(5s, at(4s)));
  CHECK(x.is_isolated(5s, at(5s)));
  x.heard(live_rows::member(1), at(6s));
  CHECK(!x.is_isolated(5s, at(10s)));
}
