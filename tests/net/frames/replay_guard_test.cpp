#include "net/frames/replay_guard.hpp"

#include <chrono>

#include <doctest/doctest.h>

#include "net/frames/seal.hpp"

using namespace scalesmall;
using namespace std::chrono_literals;
using verdict = replay_guard::verdict;

TEST_CASE("a guard knows each frame that it remembers, whatever their order") {
  replay_guard guard{8};
  const auto one = random_nonce();
  const auto other = random_nonce();
  CHECK(guard.note(one, 1000ms) == verdict::fresh);
  CHECK(guard.note(other, 900ms) == verdict::fresh);
  CHECK(guard.note(other, 900ms) == verdict::repeated);
  CHECK(guard.note(one, 1000ms) == verdict::repeated);
}

TEST_CASE("a guard refuses every frame that it may have forgotten") {
  replay_guard guard{8};
  const auto first = random_nonce();
  CHECK(guard.note(first, 1ms) == verdict::fresh);
  for (int n = 2; n < 100; ++n)
    CHECK(guard.note(random_nonce(), std::chrono::milliseconds{n}) == verdict::fresh);
  CHECK(guard.note(first, 1ms) == verdict::too_old);
  CHECK(guard.note(random_nonce(), 91ms) == verdict::too_old);
  CHECK(guard.note(random_nonce(), 92ms) == verdict::fresh);
}
