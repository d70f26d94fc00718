#include "actors/assignment/slot_cost.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include <doctest/doctest.h>

#include "net/rng.hpp"
#include "tests/actors/names.hpp"

using namespace scalesmall;

TEST_CASE("the logarithm of powers of two is exact") {
  CHECK(negative_log2(UINT32_MAX) == 0);
  CHECK(negative_log2(0) == std::uint64_t{32} << 32);
  CHECK(negative_log2(1) == std::uint64_t{31} << 32);
  CHECK(negative_log2(0x7fff'ffff) == std::uint64_t{1} << 32);
}

TEST_CASE("the logarithm is accurate to four units") {
  rng random{1};
  for (int i = 0; i < 10'000; ++i) {
    const auto x = static_cast<std::uint32_t>(random.next() >> random.between(32, 60));
    const auto exact = (32 - std::log2(static_cast<long double>(x) + 1)) * 0x1p32L;
    CHECK(std::abs(static_cast<long double>(negative_log2(x)) - exact) < 4);
  }
}

TEST_CASE("costs are those of the specification") {
  const net_id v4 = names::nth(1);
  const net_id v6{parse_ip_address("fe80::1").value(), 80};
  CHECK(slot_cost{v4, 1, 1}.of(0) == 32'318'702'699'413'504);
  CHECK(slot_cost{v4, 1'024, 1}.of(0) == 80'572'920'904'024'064);
  CHECK(slot_cost{v4, 1'024, 1}.of(1'023) == 89'144'193'947'009'024);
  CHECK(slot_cost{v4, 1'024, 3}.of(1'023) == 29'714'731'315'669'674);
  CHECK(slot_cost{v6, 4'096, 65'535}.of(17) == 1'370'323'140'255);
}

TEST_CASE("a member's costs are spread evenly over its slots") {
  // Of 1,024 slots each is in another 1,024th of the numbers whose logarithm is taken.
  constexpr std::uint32_t slots = 1'024;
  const slot_cost costs{names::nth(7), slots, 1};
  std::vector<bool> seen(slots);
  for (std::uint32_t slot = 0; slot < slots; ++slot) {
    const auto log = static_cast<double>(costs.of(slot)) * 0x1p-56;
    seen[static_cast<std::size_t>(std::min(std::exp2(-log) * slots, slots - 1.0))] = true;
  }
  CHECK(std::ranges::count(seen, true) > slots * 99 / 100);  // some are at a border
}

TEST_CASE("the cost is divided by the capacity") {
  const slot_cost one{names::nth(1), 64, 1};
  const slot_cost many{names::nth(1), 64, 65'535};
  for (std::uint32_t slot = 0; slot < 64; ++slot) {
    CHECK(one.of(slot) < std::uint64_t{1} << 61);
    CHECK(many.of(slot) == one.of(slot) / 65'535);
  }
}
