#include "actors/persistence/start_plan.hpp"

#include <doctest/doctest.h>

#include "actors/persistence/state_text.hpp"
#include "actors/topology/incarnation_bound.hpp"
#include "tests/actors/names.hpp"

using namespace scalesmall;
using namespace std::chrono_literals;
using names::nodes;
using names::nth;

namespace {

constexpr std::chrono::seconds now{1'800'000'000};
constexpr std::chrono::hours forget{24};

node_identity this_node() { return {nth(1), "c0ffee", "blue", {"k1", "k2"}}; }

own_state left_state() {
  own_state x{nth(1), "c0ffee", "blue", 1'799'999'000, now - 1h, {"k1"}, {}};
  x.kept["g"] = {{whole_range}, {{{0, 9}, 80}}};
  return x;
}

peers_state left_peers() { return {"blue", now - 1h, nodes({4, 5}), nodes({2})}; }

found_state found(const own_state& own, const peers_state& peers = left_peers()) {
  found_state x;
  x.self.text = to_text(own);
  x.peers.text = to_text(peers);
  return x;
}

start_plan plan(const found_state& x) { return plan_start(x, this_node(), now, forget); }

const std::vector<std::string> nothing;

}  // namespace

TEST_CASE("a node that starts for the first time has no state, and nothing to warn of") {
  const auto made = plan({});
  CHECK(made.incarnation == now.count());
  CHECK(made.kept.empty());
  CHECK(made.peers.empty());
  CHECK(made.warnings == nothing);
  CHECK(made.unusable == nothing);
}

TEST_CASE("a node that starts again goes on with what it left") {
  const auto made = plan(found(left_state()));
  CHECK(made.incarnation == now.count());
  CHECK(made.kept == left_state().kept);
  CHECK(made.peers == nodes({4, 5, 2}));
  CHECK(made.warnings == nothing);
  CHECK(made.unusable == nothing);
}

TEST_CASE("only the peers are used of another node's state") {
  auto state = left_state();
  std::string why;
  SUBCASE("another address: a clone, or the machine has moved") {
    state.node = nth(2);
    why = "is of the node 10.0.0.2:29999";
  }
  SUBCASE("another machine") {
    state.machine = "decaf";
    why = "was written on another machine";
  }
  SUBCASE("a life so long ago that others have forgotten it") {
    state.written = now - 25h;
    why = "is 25 h old, and others forget a node sooner";
  }
  const auto made = plan(found(state));
  CHECK(made.kept.empty());
  CHECK(made.peers == nodes({4, 5, 2}));
  CHECK(made.unusable == std::vector<std::string>{"self"});
  CHECK(made.warnings ==
        std::vector<std::string>{"the file self " + why +
                                 "; the claims in it are not made, only the peers are used"});
}

TEST_CASE("nothing is used of another cluster's state") {
  auto state = left_state();
  state.cluster = "green";
  auto peers = left_peers();
  peers.cluster = "green";
  const auto made = plan(found(state, peers));
  CHECK(made.kept.empty());
  CHECK(made.peers.empty());
  CHECK(made.warnings ==
        std::vector<std::string>{"the file self is of the cluster \"green\"; the claims in it are "
                                 "not made, nothing of it is used"});
}

TEST_CASE("a file that holds no claims is not set aside") {
  auto state = left_state();
  state.kept.clear();
  state.node = nth(2);
  const auto made = plan(found(state));
  CHECK(made.unusable == nothing);
  CHECK(made.warnings.size() == 1);
}

TEST_CASE("the age of a state is no matter when the clock has gone back") {
  auto state = left_state();
  state.written = now + 10 * 365 * 24h;
  CHECK(plan(found(state)).kept == state.kept);
}

TEST_CASE("a damaged file is replaced by its former copy") {
  const auto older = [] {
    auto x = left_state();
    x.kept["g"].served.clear();
    return x;
  }();
  const auto whole = to_text(left_state());
  for (std::size_t size = 0; size < whole.size(); ++size) {
    CAPTURE(size);
    auto x = found(left_state());
    x.self.text = whole.substr(0, size);
    x.former_self.text = to_text(older);
    const auto made = plan(x);
    CHECK(made.kept == older.kept);
    CHECK(made.peers == nodes({4, 5, 2}));
    CHECK(made.warnings.size() == 1);
    CHECK(made.unusable == std::vector<std::string>{"self"});
  }
}

TEST_CASE("a node starts without what cannot be read") {
  auto x = found(left_state());
  SUBCASE("zeros") { x.self.text = std::string(300, '\0'); }
  SUBCASE("an error of the disk") {
    x.self = {std::nullopt, std::make_error_code(std::errc::io_error)};
  }
  SUBCASE("the copy is damaged, too") {
    x.self.text = "";
    x.former_self.text = "scalesmall state 1\n";
  }
  const auto made = plan(x);
  CHECK(made.kept.empty());
  CHECK(made.incarnation == now.count());
  CHECK(made.peers == nodes({4, 5, 2}));
  CHECK(made.warnings.size() == 1);
  CHECK(made.unusable == std::vector<std::string>{"self"});
}

TEST_CASE("a file that somebody took away does not come back from its copy") {
  auto x = found(left_state());
  x.former_self.text = x.self.text;
  x.self = {};
  CHECK(plan(x).kept.empty());
}

TEST_CASE("a node whose keys are older than the one it last sealed with says so") {
  auto state = left_state();
  state.keys = {"k9", "k1"};
  const auto made = plan(found(state));
  CHECK(made.kept == state.kept);
  CHECK(made.warnings == std::vector<std::string>{"the key k9, with which this node last sealed, "
                                                  "is not among its keys now"});
}

TEST_CASE("an incarnation is greater than any before") {
  CHECK(next_incarnation(0, now) == now.count());
  CHECK(next_incarnation(1'799'999'999, now) == now.count());
  CHECK(next_incarnation(1'800'000'000, now) == 1'800'000'001);
  CHECK(next_incarnation(1'800'000'500, now) == 1'800'000'501);
  SUBCASE("also by a clock that shows 1970") {
    CHECK(next_incarnation(1'800'000'500, 5s) == 1'800'000'501);
  }
  SUBCASE("unless the former one was of a wrong clock") {
    const auto latest = incarnation_bound::latest_of_unknown(now);
    CHECK(next_incarnation(latest - 1, now) == latest);
    CHECK(next_incarnation(latest, now) == now.count());
    CHECK(next_incarnation(UINT32_MAX, now) == now.count());
  }
}
