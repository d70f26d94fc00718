#include "net/rng.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <set>
#include <vector>

#include <doctest/doctest.h>

using namespace scalesmall;
using namespace std::chrono_literals;

TEST_CASE("a seed gives the numbers of xoshiro256** after SplitMix64") {
  // From the authors' reference programs; the state is four outputs of splitmix64 from 0.
  rng random{0};
  CHECK(random.next() == 0x99ec5f36cb75f2b4U);
  CHECK(random.next() == 0xbf6e1f784956452aU);
  CHECK(random.next() == 0x1a5f849d4933e6e0U);
}

TEST_CASE("below and between stay within their bounds and reach them") {
  rng random{1};
  std::array<int, 6> seen{};
  for (int i = 0; i < 60'000; ++i) ++seen[random.below(6)];
  // Six standard deviations of a fair die.
  for (const auto count : seen) CHECK(std::abs(count - 10'000) < 550);

  std::set<std::uint64_t> values;
  for (int i = 0; i < 200; ++i) values.insert(random.between(10, 13));
  CHECK(values == std::set<std::uint64_t>{10, 11, 12, 13});
  CHECK(random.between(7, 7) == 7);
  (void)random.between(0, UINT64_MAX);
  CHECK_THROWS_AS((void)random.below(0), std::invalid_argument);
  CHECK_THROWS_AS((void)random.between(2, 1), std::invalid_argument);
}

TEST_CASE("shuffle makes every order equally likely") {
  rng random{2};
  std::vector<int> counts(6);
  for (int i = 0; i < 60'000; ++i) {
    std::array<int, 3> x{0, 1, 2};
    random.shuffle(x);
    ++counts[static_cast<std::size_t>(x[0] * 2 + (x[1] > x[2]))];
  }
  for (const auto count : counts) CHECK(std::abs(count - 10'000) < 550);
}

TEST_CASE("chance and jitter stay within their parameters") {
  rng random{3};
  int hits = 0;
  for (int i = 0; i < 10'000; ++i) hits += random.chance(0.25);
  CHECK(std::abs(hits - 2'500) < 260);
  CHECK_FALSE(random.chance(0));
  CHECK(random.chance(1));

  auto low = 2000ms;
  auto high = 0ms;
  for (int i = 0; i < 1'000; ++i) {
    const auto x = random.jitter(1000ms, 0.1);
    low = std::min(low, x);
    high = std::max(high, x);
  }
  CHECK(low >= 900ms);
  CHECK(high <= 1100ms);
  CHECK(high - low > 150ms);
}
