#include "tests/simulation/mixed_faults.hpp"

#include <iterator>

#include <doctest/doctest.h>

#include "tests/sanitized.hpp"
#include "tests/simulation/must_hold.hpp"

using namespace scalesmall::simulation;

namespace {

/// By turns. Off stands in it more than once: datagrams cover what streams alone have to get right.
constexpr multicast_mode modes[]{multicast_mode::off, multicast_mode::on,
                                 multicast_mode::off, multicast_mode::one_way,
                                 multicast_mode::off, multicast_mode::two_subnets};

/// A sanitizer looks at memory, and looks slowly; that the promises hold the other builds show.
constexpr std::uint64_t seeds = scalesmall::is_sanitized ? 20 : 200;

}  // namespace

TEST_CASE("thirty nodes agree after faults of all kinds") {
  double refused = 0;
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    const auto outcome = must_hold(
        {.kind = "mixed", .nodes = 30, .seed = seed, .multicast = modes[seed % std::size(modes)]});
    refused += outcome.at("requests_refused");
  }
  CHECK(refused > 0);  // so the runs show that a refusal does no harm
}

TEST_CASE("whatever the nodes say to each other, the wire carries") {
  for (std::uint64_t seed = 1; seed <= 5; ++seed)
    must_hold({.kind = "mixed",
               .nodes = 30,
               .seed = seed,
               .multicast = modes[seed % std::size(modes)],
               .wire = true});
}
