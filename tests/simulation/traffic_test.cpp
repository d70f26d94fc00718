#include <algorithm>
#include <chrono>

#include <doctest/doctest.h>

#include "tests/simulation/cluster.hpp"
#include "tests/simulation/warm_start.hpp"

using namespace scalesmall;
using namespace scalesmall::simulation;
using namespace std::chrono_literals;

TEST_CASE("a change costs a LAN of 128 nodes at most three small datagrams") {
  cluster lan{{.nodes = 128, .seed = 3, .multicast = true, .count_bytes = true}};
  warm_start(lan, "g", 100);
  lan.run(5s);
  std::uint64_t datagrams_max = 0;
  constexpr std::uint32_t changes = 200;
  for (std::uint32_t n = 0; n < 2 * changes; ++n) {
    const auto before = lan.sent().datagrams;
    lan.add_item(lan.random().below(100), "g", {n, n + 7}, 11'223);
    lan.run(50ms);
    // By the changes of the first half all learn who hears whom.
    if (n < changes) continue;
    datagrams_max = std::max(datagrams_max, lan.sent().datagrams - before);
  }
  CHECK(datagrams_max <= 3);
  CHECK(lan.sent().datagram_bytes_max <= 200);
}
