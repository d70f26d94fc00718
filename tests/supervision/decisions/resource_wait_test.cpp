#include "supervision/decisions/resource_wait.hpp"

#include <doctest/doctest.h>

using namespace scalesmall::supervision;
using namespace std::chrono_literals;

TEST_CASE("waits for resources double up to the bound") {
  resource_wait wait;
  for (const auto expected : {100ms, 200ms, 400ms, 800ms, 1'000ms, 1'000ms})
    CHECK(wait.next(0s, 1s) == expected);
}

TEST_CASE("a child that ran for longer than the longest wait begins anew") {
  resource_wait wait;
  CHECK(wait.next(1h, 1s) == 100ms);
  CHECK(wait.next(1s, 1s) == 200ms);
  CHECK(wait.next(1s + 1ms, 1s) == 100ms);
}

TEST_CASE("a bound below the first wait holds from the first wait on") {
  resource_wait wait;
  CHECK(wait.next(0s, 20ms) == 20ms);
  CHECK(wait.next(0s, 20ms) == 20ms);
}
