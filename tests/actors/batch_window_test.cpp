#include "actors/batch_window.hpp"

#include <set>

#include <doctest/doctest.h>

#include "net/rng.hpp"
#include "tests/actors/names.hpp"

using namespace scalesmall;
using names::nth;

TEST_CASE("a window knows what it was told, in any order") {
  batch_window x;
  CHECK(!x.knows({nth(1), 5}));
  x.note({nth(1), 5});
  CHECK(x.knows({nth(1), 5}));
  CHECK(!x.knows({nth(1), 4}));
  CHECK(!x.knows({nth(1), 6}));
  CHECK(!x.knows({nth(2), 5}));
  x.note({nth(1), 8});
  x.note({nth(1), 4});
  for (const std::uint64_t n : {4, 5, 8}) CHECK(x.knows({nth(1), n}));
  for (const std::uint64_t n : {3, 6, 7, 9}) CHECK(!x.knows({nth(1), n}));
}

TEST_CASE("what is older than the window counts as known") {
  batch_window x;
  x.note({nth(1), batch_window::width + 10});
  CHECK(!x.knows({nth(1), 11}));
  CHECK(x.knows({nth(1), 10}));
  x.note({nth(1), 3});  // changes nothing
  CHECK(!x.knows({nth(1), 11}));
  // A new incarnation of the origin leaves nothing of the former.
  x.note({nth(1), std::uint64_t{7} << 32});
  CHECK(!x.knows({nth(1), (std::uint64_t{7} << 32) - 1}));
}

TEST_CASE("a window is a set, for numbers that move ahead at random") {
  rng random{1};
  batch_window x;
  std::set<std::uint64_t> known;
  std::uint64_t newest = 1'000'000;
  x.note({nth(1), newest});
  known.insert(newest);
  for (int i = 0; i < 20'000; ++i) {
    const auto n = newest + random.below(20) - random.below(batch_window::width - 20);
    if (n + batch_window::width <= newest) continue;
    REQUIRE(x.knows({nth(1), n}) == known.contains(n));
    if (random.chance(0.5)) continue;
    x.note({nth(1), n});
    known.insert(n);
    newest = std::max(newest, n);
  }
}

TEST_CASE("of very many origins those silent for longest are forgotten") {
  batch_window x;
  const auto origin = [](std::size_t i) {
    return net_id{
        ip_address::v4(10, 1, static_cast<std::uint8_t>(i >> 8), static_cast<std::uint8_t>(i)), 1};
  };
  for (std::size_t i = 0; i <= batch_window::origins_max; ++i) {
    x.note({origin(i), 1});
    x.note({origin(0), i + 1});  // never silent
  }
  CHECK(x.knows({origin(0), 1 + batch_window::origins_max}));
  CHECK(!x.knows({origin(1), 1}));
  CHECK(x.knows({origin(3), 1}));
}
