#include <doctest/doctest.h>

#include "tests/sanitized.hpp"
#include "tests/simulation/must_hold.hpp"

using namespace scalesmall::simulation;

namespace {

constexpr std::uint64_t seeds_max = scalesmall::is_sanitized ? 2 : 4;

/// The greatest value of a key over some seeds, in all of which nothing may be wrong.
double worst(const case_options& options, const char* key, std::uint64_t seeds = seeds_max) {
  double most = 0;
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    auto one = options;
    one.seed = seed;
    most = std::max(most, must_hold(one).at(key));
  }
  return most;
}

}  // namespace

TEST_CASE("a host that falls silent is held for unreachable within four seconds") {
  for (const std::size_t nodes : {2, 3, 10, 40}) {
    const case_options one{.kind = "live-death", .nodes = nodes, .changes = 1, .seconds = 1};
    INFO(nodes << " nodes");
    CHECK(worst(one, "hidden_99_s") <= 3.8);
    CHECK(worst(one, "hidden_all_s") <= 4);
  }
}

TEST_CASE("a process that ends is held for unreachable within a second") {
  CHECK(worst({.kind = "live-kill", .nodes = 32, .changes = 1, .seconds = 1}, "hidden_all_s") <= 1);
}

TEST_CASE("twelve of forty hosts that fall silent at once are all found") {
  const case_options rack{.kind = "live-death", .nodes = 40, .changes = 12, .seconds = 1};
  CHECK(worst(rack, "hidden_all_s", 3) <= 8);
}

TEST_CASE("where half of the messages are lost, a death is found and no healthy node accused") {
  CHECK(worst({.kind = "live-death", .nodes = 10, .loss = 0.5, .changes = 1, .seconds = 120},
              "hidden_all_s") <= 9);
}

TEST_CASE("stalled and slow nodes accuse no healthy one") {
  for (const auto* kind : {"live-stalls", "live-slow"})
    (void)worst({.kind = kind, .nodes = 12, .changes = 3, .seconds = 4}, "wrong", 1);
}

TEST_CASE("a node that only sends or only receives is found, and no other") {
  for (const auto* kind : {"live-deaf", "live-mute"})
    CHECK(worst({.kind = kind, .nodes = 30, .seconds = 60}, "hidden_s") <= 8);
}

TEST_CASE("if two nodes do not reach each other, nobody else minds") {
  CHECK(worst({.kind = "live-pair", .nodes = 30, .seconds = 120}, "hidden", 3) == 2);
}

TEST_CASE("lossy and flapping nodes alone are held for unreachable, and seldom change") {
  CHECK(worst({.kind = "live-lossy", .nodes = 30, .seconds = 200}, "changes_max", 2) <= 6);
  CHECK(worst({.kind = "live-flip", .nodes = 30, .seconds = 200}, "changes_max", 2) <= 6);
}

TEST_CASE("each side of a partition finds all others, a majority soon, and the cluster heals") {
  for (const auto* kind : {"live-70-30", "live-50-50", "live-40-30-30"}) {
    INFO(kind);
    for (std::uint64_t seed = 1; seed <= 2; ++seed) {
      const case_options cut{.kind = kind, .nodes = 20, .seed = seed, .seconds = 60};
      const auto outcome = must_hold(cut);
      CHECK(outcome.at("others_s") <= 45);
      CHECK(outcome.at("healed_s") <= 5);
      if (cut.kind == "live-70-30") CHECK(outcome.at("complete_s") <= 7);
    }
  }
}

TEST_CASE(
    "a minority that was cut off for ten seconds holds none of its own, nor does the majority") {
  for (const bool apart : {false, true}) {
    const auto outcome =
        must_hold({.kind = "live-70-30", .nodes = 20, .seconds = 10, .apart = apart});
    CHECK(outcome.at("complete_s") <= 7);
    CHECK(outcome.at("healed_s") <= 5);
  }
}

TEST_CASE("a node whose clock stepped or whose machine slept accuses nobody") {
  (void)worst({.kind = "live-clock", .nodes = 30}, "wrong");
}

TEST_CASE("one liar hides nobody") {
  (void)worst({.kind = "live-liar", .nodes = 30, .seconds = 20}, "wrong");
}

TEST_CASE("after faults of all kinds each node holds exactly the dead for unreachable") {
  CHECK(worst({.kind = "live-mixed", .nodes = 20}, "settled_s", 10) <= 30);
}
