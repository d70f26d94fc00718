#include "actors/assignment/fair_shares.hpp"

#include <numeric>

#include <doctest/doctest.h>

#include "net/rng.hpp"

using namespace scalesmall;

namespace {

using numbers = std::vector<std::uint64_t>;

numbers shares(const std::vector<shareholder>& all, std::uint64_t total) {
  return fair_shares(all, total);
}

}  // namespace

TEST_CASE("nobody has no share") { CHECK(shares({}, 0).empty()); }

TEST_CASE("shares follow the weights") {
  CHECK(shares({{1, 100}, {2, 100}, {4, 100}}, 70) == numbers{10, 20, 40});
}

TEST_CASE("shares are rounded down") {
  CHECK(shares({{1, 100}, {1, 100}, {1, 100}}, 100) == numbers{33, 33, 33});
}

TEST_CASE("what exceeds the most of one goes to the others by weight") {
  CHECK(shares({{100, 60}, {2, 60}, {1, 60}}, 90) == numbers{60, 20, 10});
}

TEST_CASE("one that becomes full can make another full") {
  CHECK(shares({{100, 60}, {10, 20}, {1, 60}}, 90) == numbers{60, 20, 10});
}

TEST_CASE("all are full if the total is the sum of what they can take") {
  CHECK(shares({{1, 10}, {1'000, 20}}, 30) == numbers{10, 20});
}

TEST_CASE("the largest plan does not overflow") {
  // 4,096 members of capacity 65,535, 255 replicas of 4,096 slots, in parts of 1 / 4,096.
  constexpr std::uint64_t slots = std::uint64_t{4'096} * 4'096;
  const std::vector<shareholder> all(4'096, {65'535, slots});
  for (const auto x : shares(all, 255 * slots)) CHECK(x == 255 * slots / 4'096);
}

TEST_CASE("nobody gets more than the most, and only fractions are lost") {
  rng random{3};
  for (int round = 0; round < 500; ++round) {
    std::vector<shareholder> all(random.between(1, 8));
    std::uint64_t most = 0;
    for (auto& x : all) {
      x = {random.between(1, 1'000), random.between(1, 500)};
      most += x.most;
    }
    const auto total = random.between(0, most);
    const auto found = shares(all, total);
    for (std::size_t i = 0; i < all.size(); ++i) CHECK(found[i] <= all[i].most);
    const auto sum = std::accumulate(found.begin(), found.end(), std::uint64_t{0});
    CHECK(sum <= total);
    CHECK(sum + all.size() > total);
  }
}
