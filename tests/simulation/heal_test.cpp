// How soon a cluster agrees after a network that was cut in two is whole again.

#include <cstdint>

#include <doctest/doctest.h>

#include "tests/simulation/sim_case.hpp"

using namespace scalesmall::simulation;

TEST_CASE("a cluster of any size heals within 3 s, however long it was cut") {
  for (const std::size_t nodes : {2, 3, 5, 12, 100}) {
    for (const double seconds : {10.0, 75.0, 100.0, 600.0, 3'600.0}) {
      if (nodes == 100 && seconds > 100) continue;  // takes long in real time
      for (std::uint64_t seed = 1; seed <= (nodes == 100 ? 1 : 3); ++seed) {
        const case_options options{.kind = "halves",
                                   .nodes = nodes,
                                   .seed = seed,
                                   .changes = 5,
                                   .members = nodes,
                                   .seconds = seconds};
        const auto result = run_case(options);
        INFO(command_of(options), ": ", to_string(result));
        CHECK(result.wrong.empty());
        CHECK(result.at("agreed_s") <= 3);
      }
    }
  }
}

TEST_CASE("nodes that started before their only seed find each other within 3 s of its start") {
  for (const std::size_t nodes : {3, 12, 50}) {
    for (std::uint64_t seed = 1; seed <= 3; ++seed) {
      const case_options options{
          .kind = "late_seed", .nodes = nodes, .seed = seed, .members = nodes, .seconds = 60};
      const auto result = run_case(options);
      INFO(command_of(options), ": ", to_string(result));
      CHECK(result.wrong.empty());
      CHECK(result.at("agreed_s") <= 3);
    }
  }
}
