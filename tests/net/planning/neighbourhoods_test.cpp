#include "net/planning/neighbourhoods.hpp"

#include <algorithm>
#include <set>

#include <doctest/doctest.h>

#include "net/rng.hpp"

using namespace scalesmall;

namespace {

net_id peer(std::size_t i) {
  return {ip_address::v4(10, 0, static_cast<std::uint8_t>(i >> 8), static_cast<std::uint8_t>(i)),
          1};
}

std::vector<net_id> nodes(std::size_t from, std::size_t to) {
  std::vector<net_id> x;
  for (auto i = from; i < to; ++i) x.push_back(peer(i));
  return x;
}

void all_hear_all(neighbourhoods& x, const std::vector<net_id>& subnet, std::uint64_t seqno = 1) {
  for (const auto& hearer : subnet) {
    for (const auto& origin : subnet) x.report(hearer, origin, seqno);
  }
}

std::set<std::set<net_id>> as_sets(const std::vector<multicast_unit>& units) {
  std::set<std::set<net_id>> x;
  for (const auto& unit : units) x.emplace(unit.begin(), unit.end());
  return x;
}

}  // namespace

TEST_CASE("a node without reports hears nobody but itself") {
  const neighbourhoods none;
  CHECK_FALSE(none.hears(peer(1), peer(2)));
  CHECK(none.hears(peer(1), peer(1)));
  CHECK(none.group(nodes(0, 3)).size() == 3);
  CHECK(none.group({}).empty());
}

TEST_CASE("hearing need not be mutual, but in a unit it is") {
  neighbourhoods x;
  x.report(peer(1), peer(2), 5);
  CHECK(x.hears(peer(1), peer(2)));
  CHECK_FALSE(x.hears(peer(2), peer(1)));
  CHECK(x.group(nodes(1, 3)).size() == 2);
  x.report(peer(2), peer(1), 5);
  CHECK(x.group(nodes(1, 3)).size() == 1);
}

TEST_CASE("subnets become units, whatever the order of the list") {
  neighbourhoods x;
  all_hear_all(x, nodes(0, 40));
  all_hear_all(x, nodes(40, 100));
  auto list = nodes(0, 130);
  rng random{12};
  random.shuffle(list);
  const auto units = x.group(list);
  CHECK(units.size() == 2 + 30);
  const auto sets = as_sets(units);
  const auto first = nodes(0, 40);
  const auto second = nodes(40, 100);
  CHECK(sets.contains(std::set<net_id>(first.begin(), first.end())));
  CHECK(sets.contains(std::set<net_id>(second.begin(), second.end())));
}

TEST_CASE("units hold exactly the peers of the list, and the peers of a unit all hear each other") {
  rng random{13};
  for (int run = 0; run < 50; ++run) {
    neighbourhoods x;
    const auto all = nodes(0, random.between(2, 90));
    for (const auto& hearer : all) {
      for (const auto& origin : all) {
        if (random.chance(0.8)) x.report(hearer, origin, 1);
      }
    }
    auto list = all;
    random.shuffle(list);
    list.resize(random.between(1, list.size()));
    std::vector<net_id> seen;
    for (const auto& unit : x.group(list)) {
      for (const auto& a : unit) {
        seen.push_back(a);
        for (const auto& b : unit) REQUIRE(x.hears(a, b));
      }
    }
    std::sort(seen.begin(), seen.end());
    std::sort(list.begin(), list.end());
    REQUIRE(seen == list);
  }
}

TEST_CASE("a report expires with the second rotation unless it is made again") {
  neighbourhoods x;
  all_hear_all(x, nodes(0, 3));
  x.rotate();
  CHECK(x.hears(peer(0), peer(1)));
  x.report(peer(0), peer(1), 2);
  x.rotate();
  CHECK(x.hears(peer(0), peer(1)));
  CHECK_FALSE(x.hears(peer(1), peer(0)));
  CHECK(x.size() == 2);
  x.rotate();
  CHECK(x.size() == 0);
}

TEST_CASE("a peer that lists only old broadcasts of an origin no longer hears it") {
  neighbourhoods x;
  x.report(peer(1), peer(0), 1'000);
  x.report(peer(2), peer(0), 1'000 - neighbourhoods::seqno_window);
  x.report(peer(3), peer(0), 1'000 - neighbourhoods::seqno_window - 1);
  CHECK(x.hears(peer(1), peer(0)));
  CHECK(x.hears(peer(2), peer(0)));
  CHECK_FALSE(x.hears(peer(3), peer(0)));
}

TEST_CASE("peers beyond the bound are units of their own, and free rows are reused") {
  neighbourhoods x;
  constexpr auto full = neighbourhoods::peers_max;
  for (std::size_t i = 0; i + 1 < full; i += 2) {
    x.report(peer(i), peer(i + 1), 1);
    x.report(peer(i + 1), peer(i), 1);
  }
  CHECK(x.size() == full);
  x.report(peer(full), peer(full + 1), 1);
  CHECK(x.size() == full);
  CHECK_FALSE(x.hears(peer(full), peer(full + 1)));
  CHECK(x.group(nodes(0, full + 2)).size() == full / 2 + 2);
  x.rotate();
  x.rotate();
  x.report(peer(full), peer(full + 1), 1);
  CHECK(x.hears(peer(full), peer(full + 1)));
  // A reused row starts empty.
  CHECK_FALSE(x.hears(peer(full + 1), peer(full)));
  CHECK(x.group(nodes(0, full + 2)).size() == full + 2);
}
