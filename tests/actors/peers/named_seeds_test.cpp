#include "actors/peers/named_seeds.hpp"

#include <doctest/doctest.h>

using namespace scalesmall;
using namespace std::chrono_literals;

TEST_CASE("a name is looked up after 1 s, then 2 s, and so on to a minute") {
  named_seeds seeds;
  const auto added = seeds.use({{"a", 1}, {"b", 1}}).added;
  REQUIRE(added.size() == 2);
  std::vector<std::chrono::seconds> all;
  for (int i = 0; i < 8; ++i) all.push_back(seeds.next_wait(added[0]));
  CHECK(all == std::vector<std::chrono::seconds>{1s, 2s, 4s, 8s, 16s, 32s, 60s, 60s});
  CHECK(seeds.next_wait(added[1]) == 1s);
}

TEST_CASE("names that are no longer given go, and have another number when they come again") {
  named_seeds seeds;
  CHECK(seeds.all_found());
  const auto first = seeds.use({{"a", 1}, {"b", 1}}).added;
  REQUIRE(first.size() == 2);
  CHECK_FALSE(seeds.all_found());
  seeds.found(first[1]);
  const auto without = seeds.use({{"b", 1}, {"b", 1}});
  CHECK(without.gone == std::vector{first[0]});
  CHECK(without.added.empty());
  CHECK(seeds.find(first[0]) == nullptr);
  CHECK(seeds.all_found());
  const auto again = seeds.use({{"b", 1}, {"a", 1}, {"a", 2}});
  CHECK(again.gone.empty());
  REQUIRE(again.added.size() == 2);
  CHECK(again.added[0] != first[0]);
  CHECK(*seeds.find(again.added[1]) == named_seeds::name{"a", 2});
  CHECK_FALSE(seeds.all_found());
}
