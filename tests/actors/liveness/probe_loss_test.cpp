#include "actors/liveness/probe_loss.hpp"

#include <doctest/doctest.h>

using namespace scalesmall;

TEST_CASE("where no probe is missed, none is lost") {
  CHECK(probe_loss({}) == 0);
  CHECK(probe_loss({{0, 32}, {0, 4}}) == 0);
}

TEST_CASE("what members miss together is taken for lost, and a margin that shrinks with probes") {
  CHECK(probe_loss({{16, 32}, {16, 32}}) == doctest::Approx(0.5 + 2 * 0.5 / 5.657).epsilon(0.01));
  CHECK(probe_loss({{48, 64}, {48, 64}}) < probe_loss({{24, 32}, {24, 32}}));
  CHECK(probe_loss({{3, 4}}) == 1);
}

TEST_CASE("members that have ended do not count, unless they are more than half") {
  CHECK(probe_loss({{10, 10}, {0, 32}, {10, 10}, {0, 32}}) == 0);
  CHECK(probe_loss({{10, 10}, {0, 32}, {10, 10}}) > 0.2);
}

TEST_CASE("where no member answers, everything is lost") {
  CHECK(probe_loss({{10, 10}, {20, 20}, {32, 32}}) == 1);
}
