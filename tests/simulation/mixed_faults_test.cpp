#include "tests/simulation/mixed_faults.hpp"

#include <iterator>

#include <doctest/doctest.h>

#include "tests/simulation/sim_case.hpp"

using namespace scalesmall::simulation;

namespace {

/// By turns. Off stands in it more than once: datagrams cover what streams alone have to get right.
constexpr multicast_mode modes[]{multicast_mode::off, multicast_mode::on,
                                 multicast_mode::off, multicast_mode::one_way,
                                 multicast_mode::off, multicast_mode::two_subnets};

/// A sanitizer looks at memory, and looks slowly; that the promises hold the other builds show.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr std::uint64_t seeds = 20;
#else
constexpr std::uint64_t seeds = 200;
#endif

/// Runs a case and prints, if anything is wrong, what and how to see it again.
void must_hold(const case_options& options) {
  const auto outcome = run_case(options);
  std::string wrong;
  for (const auto& x : outcome.wrong) wrong += x + "\n";
  INFO("replay: build/debug/bin/" << command_of(options) << "\n" << wrong);
  CHECK(outcome.wrong.empty());
}

}  // namespace

TEST_CASE("thirty nodes agree after faults of all kinds") {
  for (std::uint64_t seed = 1; seed <= seeds; ++seed)
    must_hold(
        {.kind = "mixed", .nodes = 30, .seed = seed, .multicast = modes[seed % std::size(modes)]});
}

TEST_CASE("whatever the nodes say to each other, the wire carries") {
  for (std::uint64_t seed = 1; seed <= 5; ++seed)
    must_hold({.kind = "mixed",
               .nodes = 30,
               .seed = seed,
               .multicast = modes[seed % std::size(modes)],
               .wire = true});
}
