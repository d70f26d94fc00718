#include "owner_actors/owner_order.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <set>

#include <doctest/doctest.h>

#include "tests/actors/names.hpp"

using namespace scalesmall;
using namespace scalesmall::names;

TEST_CASE("rendezvous spreads the keys of three members evenly") {
  std::array<int, 3> first{};
  for (std::uint32_t key = 0; key < 30'000; ++key) {
    std::array<std::uint64_t, 3> weights{};
    for (std::uint8_t n = 0; n < 3; ++n) weights[n] = rendezvous_weight(key, nth(n));
    ++first[static_cast<std::size_t>(std::ranges::max_element(weights) - weights.begin())];
  }
  // The standard deviation is 82.
  for (const auto keys : first) {
    CHECK(keys > 9'500);
    CHECK(keys < 10'500);
  }
}

TEST_CASE("the weight of a member is the same everywhere and depends on address, port and key") {
  const net_id member{ip_address::v4(10, 0, 0, 1), 29999};
  CHECK(rendezvous_weight(7, member) == rendezvous_weight(7, member));
  std::set<std::uint64_t> weights;
  for (std::uint32_t key = 0; key < 1'000; ++key) weights.insert(rendezvous_weight(key, member));
  for (std::uint16_t port = 1; port < 1'000; ++port)
    weights.insert(rendezvous_weight(7, {ip_address::v4(10, 0, 0, 2), port}));
  CHECK(weights.size() == 1'999);
}
