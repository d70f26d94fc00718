#include <algorithm>
#include <array>
#include <chrono>
#include <string>

#include <doctest/doctest.h>

#include "tests/simulation/cluster.hpp"
#include "tests/simulation/properties.hpp"

using namespace scalesmall;
using namespace scalesmall::simulation;
using namespace std::chrono_literals;

namespace {

constexpr std::size_t nodes = 12;
constexpr std::array groups_of_lies{"red", "green", "invented"};

/// What nobody has said: of a random member, near the truth or far from it.
gossip some_lie(cluster& all, std::uint32_t number) {
  auto& random = all.random();
  const auto& truth = all.node(random.below(nodes)).state();
  const std::string group = groups_of_lies[random.below(groups_of_lies.size())];
  const auto* mine = find_row(truth, group, truth.self);
  const auto counter = mine ? mine->at.counter : 0;
  const std::array ahead{0U, 0U, 1U, 1'000U, 86'000U, 88'000U, 100'000U, 400'000'000U};
  const std::array counters{0U, counter, counter + 1, UINT32_MAX};
  const stamp at{truth.incarnation + ahead[random.below(ahead.size())],
                 counters[random.below(counters.size())]};
  message lie{group, {}, {}};
  const auto kind = random.below(4);
  if (kind != 0) lie.time.advance({truth.self, at});
  if (kind == 1 && at.counter > 0) lie.since.advance({truth.self, {at.incarnation, 0}});
  if (kind == 3) {
    lie.within = key_set::none();
    if (random.chance(0.5)) lie.absent.push_back(truth.self);
  }
  for (auto n = random.below(3); kind != 3 && n > 0; --n) {
    const auto start = static_cast<std::uint32_t>(random.below(4) * 100);
    lie.items.put(
        {{truth.self, {start, start + 99}, random.chance(0.5) ? op::add : op::rmv, 1}, at});
  }
  gossip said;
  said.current_id = {{ip_address::v4(10, 200, 0, 1), 1}, number};
  said.messages = {std::move(lie)};
  return said;
}

}  // namespace

TEST_CASE("after any lies to any nodes all agree on what each member says of itself") {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    cluster all{{.nodes = nodes, .seed = seed, .multicast = seed % 2 == 0, .grace = 3s}};
    for (std::size_t i = 0; i < nodes; ++i) {
      all.start(i, i == 0 ? std::vector<std::size_t>{} : std::vector<std::size_t>{0});
      all.join(i, "red");
      if (i % 3 == 0) all.add_item(i, "green", {100, 199}, 2);
    }
    all.run(5s);
    std::uint32_t number = 0;
    for (int lies = 0; lies < 30; ++lies) {
      const auto lie = some_lie(all, ++number);
      for (auto times = 1 + all.random().below(nodes); times > 0; --times)
        all.tell(all.random().below(nodes), lie);
      if (all.random().chance(0.2)) all.run(500ms);
      const auto caller = all.random().below(nodes);
      if (all.random().chance(0.2)) all.add_item(caller, "red", {0, 99}, 1);
    }
    all.run(2s);
    // Members hear what is said of them, and refute it; who has not heard the lies follows.
    for (int rounds = 0; rounds < 2; ++rounds) {
      all.exchange_all();
      all.run(2s);
    }
    std::string wrong;
    for (const auto& x : check_agreement(all)) wrong += x + "\n";
    for (const auto& x : check_own_claims(all)) wrong += x + "\n";
    for (const auto& x : check_incarnations(all)) wrong += x + "\n";
    INFO("seed " << seed << "\n" << wrong);
    CHECK(wrong.empty());
  }
}
