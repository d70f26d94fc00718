#include "actors/liveness/watch_rings.hpp"

#include <algorithm>

#include <doctest/doctest.h>

#include "net/rng.hpp"
#include "tests/actors/liveness/rows.hpp"

using namespace scalesmall;

namespace {

bool contains(const std::vector<watch_rings::target>& all, watch_rings::number who) {
  return std::ranges::find(all, who, &watch_rings::target::who) != all.end();
}

}  // namespace

TEST_CASE("nobody watches a member that is alone") {
  const watch_rings alone{live_rows::members(1)};
  CHECK(alone.watched_by(0, {}).empty());
  CHECK(alone.watchers_of(0, {}).empty());
}

TEST_CASE("two members watch each other") {
  const watch_rings two{live_rows::members(2)};
  CHECK(two.watchers_of(0, {}) == std::vector<watch_rings::number>{1});
  CHECK(two.watchers_of(1, {}) == std::vector<watch_rings::number>{0});
}

TEST_CASE("a member of many has four to six watchers, and speaks first to three at most") {
  const watch_rings rings{live_rows::members(300)};
  for (watch_rings::number x = 0; x < rings.size(); ++x) {
    const auto targets = rings.watched_by(x, {});
    CHECK(targets.size() >= 4);
    CHECK(targets.size() <= 6);
    CHECK(std::ranges::count_if(targets, &watch_rings::target::follows) <= 3);
    CHECK(!contains(targets, x));
  }
}

TEST_CASE("a member that is no member is not found") {
  const watch_rings rings{live_rows::members(10)};
  CHECK(rings.find(live_rows::member(3)) == 3);
  CHECK(rings.find(live_rows::member(77)) == rings.size());
}

TEST_CASE("a key leads to its member") {
  const watch_rings rings{live_rows::members(500)};
  for (watch_rings::number x = 0; x < rings.size(); ++x) {
    const auto found = rings.with_key(watch_rings::key_of(rings.members()[x]));
    CHECK(std::ranges::find(found, x) != found.end());
  }
  CHECK(watch_rings{}.with_key(7).empty());
}

TEST_CASE("whoever is hidden: who watches whom is the same from both ends") {
  rng random{5};
  for (int round = 0; round < 40; ++round) {
    const auto n = static_cast<std::uint32_t>(random.between(2, 60));
    const watch_rings rings{live_rows::members(n)};
    watch_rings::hidden_set hidden(n);
    for (std::uint32_t x = 0; x < n; ++x) hidden[x] = random.chance(0.4);
    for (std::uint32_t x = 0; x < n; ++x) {
      const auto watchers = rings.watchers_of(x, hidden);
      CHECK(std::ranges::is_sorted(watchers));
      for (const auto by : watchers) {
        CHECK(!hidden[by]);
        CHECK(contains(rings.watched_by(by, hidden), x));
      }
    }
  }
}
