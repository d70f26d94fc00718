#include <iterator>

#include <doctest/doctest.h>

#include "tests/simulation/must_hold.hpp"

using namespace scalesmall::simulation;

namespace {

constexpr multicast_mode modes[]{multicast_mode::off, multicast_mode::on, multicast_mode::one_way,
                                 multicast_mode::two_subnets};

}  // namespace

TEST_CASE("program messages reach all members though messages are lost, doubled and overtake") {
  double deliveries = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const auto outcome = must_hold({.kind = "messages",
                                    .nodes = 20,
                                    .seed = seed,
                                    .loss = 0.1,
                                    .duplication = 0.1,
                                    .multicast = modes[seed % std::size(modes)],
                                    .changes = 40,
                                    .members = 15,
                                    .seconds = 5,
                                    .wire = seed <= 4});
    deliveries += outcome.at("deliveries");
    CHECK(outcome.at("repeated") == 0);
  }
  CHECK(deliveries == 20 * 40 * 14);
}

TEST_CASE("a member learns more ranges than one slice holds") {
  must_hold({.kind = "ranges", .nodes = 10, .changes = 1'500, .members = 10});
}
