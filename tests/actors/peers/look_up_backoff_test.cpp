#include "actors/peers/look_up_backoff.hpp"

#include <doctest/doctest.h>

using namespace scalesmall;
using namespace std::chrono_literals;

TEST_CASE("a name is looked up after 1 s, then 2 s, and so on to a minute") {
  look_up_backoff waits{2};
  std::vector<std::chrono::seconds> all;
  for (int i = 0; i < 8; ++i) all.push_back(waits.next(0));
  CHECK(all == std::vector<std::chrono::seconds>{1s, 2s, 4s, 8s, 16s, 32s, 60s, 60s});
  CHECK(waits.next(1) == 1s);
}
