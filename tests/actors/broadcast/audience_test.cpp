#include "actors/broadcast/audience.hpp"

#include <cstdint>
#include <vector>

#include <doctest/doctest.h>

#include "actors/topology/topology_table.hpp"
#include "tests/actors/tables.hpp"

using namespace scalesmall;
using namespace scalesmall::names;

TEST_CASE("a narrow node is sent only the rows of a broadcast that touch its part") {
  auto wide = table_of(1);
  (void)wide.join("g");
  const auto interested = [&](std::uint8_t n, key_range range) {
    auto other = table_of(n);
    (void)other.join("g", range);
    for (const auto& rows : all_rows_of(other.state(), nth(n))) (void)apply(wide, rows);
  };
  interested(2, {0, 9});
  interested(3, {0, 9});
  interested(4, {50, 59});
  interested(5, whole_range);
  (void)wide.add_item("g", {5, 5}, 80);
  (void)wide.add_item("g", {70, 79}, 80);
  const auto row = row_message(wide.state(), "g", nth(1), stamp{1000, 1});
  REQUIRE(row.items.size() == 2);

  const auto narrow = narrow_audiences(wide.state(), {row});
  REQUIRE(narrow.size() == 2);
  CHECK(narrow[0] == narrow_audience{{nth(4)}, {}});
  CHECK(narrow[1].members == std::vector{nth(2), nth(3)});
  REQUIRE(narrow[1].rows.size() == 1);
  CHECK(narrow[1].rows[0].items == timed_set{add(nth(1), {1000, 2}, {5, 5})});
  CHECK(narrow[1].rows[0].within == key_set::of({{0, 9}}));

  // The first unit is of peers that were once reached, the others are of strangers.
  const auto shares =
      divide({row}, {{{nth(2), nth(5)}}, {{nth(3)}, {nth(4), nth(6)}}, nth(3)}, narrow);
  REQUIRE(shares.size() == 2);
  CHECK(shares[0].rows == std::vector{row});
  CHECK(shares[0].to.familiar == std::vector<multicast_unit>{{nth(5)}});
  CHECK(shares[0].to.strangers == std::vector<multicast_unit>{{}, {nth(6)}});
  CHECK_FALSE(shares[0].to.put_back);
  CHECK(shares[1].to.familiar == std::vector<multicast_unit>{{nth(2)}});
  CHECK(shares[1].to.strangers == std::vector<multicast_unit>{{nth(3)}});
  CHECK(shares[1].to.put_back == nth(3));
}

TEST_CASE("if there are too many rows and interests to compare, every peer gets all rows") {
  auto wide = table_of(1);
  (void)wide.join("g");
  const auto interested = [&](std::uint32_t n) {
    const net_id member{
        ip_address::v4(10, 0, static_cast<std::uint8_t>(n >> 8), static_cast<std::uint8_t>(n)), 1};
    timed_item wanted{{member, {n, n}, op::get, 0}, {5, 1}};
    (void)apply(wide, {"g", {{member, {5, 1}}}, {wanted}});
  };
  for (std::uint32_t n = 0; n < 500; ++n) interested(n);
  const auto all = row_message(wide.state(), "g", nth(1));
  message many = all;
  for (const auto& x : find_group(wide.state(), "g")->all()) {
    if (x->member != nth(1)) append_row(many, *x, {});
  }
  REQUIRE(many.time.clocks().size() > narrow_comparisons_max / 500);
  CHECK(narrow_audiences(wide.state(), {many}).empty());
  CHECK_FALSE(narrow_audiences(wide.state(), {all}).empty());
}
