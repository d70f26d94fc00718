#include "ops/verbs/coverage_map.hpp"

#include <numeric>

#include <doctest/doctest.h>

#include "tests/ops/verbs/routing_fixture.hpp"

namespace scalesmall {

namespace {

net_id mapped_member(std::uint16_t port) { return {ip_address::v4(10, 0, 0, 1), port}; }

timed_item claim_of(std::uint16_t port, key_range range) {
  return {{mapped_member(port), range, op::add, 80}, {5, 1}};
}

}  // namespace

TEST_CASE_FIXTURE(routing_fixture, "a map of few pieces is exact") {
  const auto map = run("map g");
  CHECK(map["exact"] == true);
  CHECK(map["gaps"] == 1);
  CHECK(map["overlaps"] == 1);
  CHECK(map["keys_served"] == 0xc0000000);
  CHECK(map["members"].dump() ==
        R"([{"member":"127.0.0.1:29999","keys":2147483648,"reachable":true},)"
        R"({"member":"127.0.0.1:30000","keys":2147483648,"reachable":true}])");
  CHECK(map["pieces"].dump() ==
        R"([{"start":0,"end":1073741823,"owners":[0],"members":1},)"
        R"({"start":1073741824,"end":2147483647,"owners":[0,1],"members":2},)"
        R"({"start":2147483648,"end":3221225471,"owners":[1],"members":1},)"
        R"({"start":3221225472,"end":4294967295,"owners":[],"members":0,"uncovered":1073741824}])");
}

TEST_CASE_FIXTURE(routing_fixture, "a window cuts the pieces at its ends") {
  const auto map = run("map g --range 1073741820..1073741830");
  CHECK(map["start"] == 1073741820);
  CHECK(map["pieces"].size() == 2);
  CHECK(map["pieces"][0]["end"] == 1073741823);
  CHECK(map["pieces"][1]["start"] == 1073741824);
  CHECK(map["pieces"][1]["end"] == 1073741830);
  CHECK(run("map g --range 5..5")["pieces"].size() == 1);
}

TEST_CASE_FIXTURE(routing_fixture, "a map of more pieces has columns of one width") {
  const auto map = run("map g --columns 2");
  CHECK(map["exact"] == false);
  CHECK(
      map["pieces"].dump() ==
      R"([{"start":0,"end":2147483647,"owners":[0,1],"members":2},)"
      R"({"start":2147483648,"end":4294967295,"owners":[1],"members":1,"uncovered":1073741824}])");
  CHECK(run("map g --columns 4097") == "invalid_argument");
}

TEST_CASE_FIXTURE(routing_fixture, "a map for people") {
  for_people();
  CHECK(run("map g --columns 2") ==
        "0..2147483647           127.0.0.1:29999, 127.0.0.1:30000\n"
        "2147483648..4294967295  127.0.0.1:30000, nobody for 1073741824 keys");
  CHECK(run("map nothing") == "0..4294967295           nobody");
}

TEST_CASE("the pieces of a map are the window, and each key counts once") {
  std::vector<range_owner> owners;
  for (std::uint32_t i = 0; i < 1000; ++i)
    owners.push_back({mapped_member(static_cast<std::uint16_t>(1 + i % 7)),
                      {i * 1'000'003, i * 1'000'003 + 900'000},
                      80});
  const coverage all{routing_index{owners}};
  for (const auto window : {whole_range, key_range{123'456, 987'654'321}, key_range{7, 106}}) {
    for (const std::size_t pieces_max : {1, 2, 3, 99, 512}) {
      const auto map = map_of(all, window, pieces_max);
      CHECK(map.size() <= pieces_max);
      auto next = std::uint64_t{window.start_range};
      for (const auto& x : map) {
        CHECK(x.range.start_range == next);
        next = std::uint64_t{x.range.end_range} + 1;
        CHECK(x.owners.size() <= map_piece::owners_max);
        CHECK((x.members != 0 || x.uncovered == next - x.range.start_range));
      }
      CHECK(next == std::uint64_t{window.end_range} + 1);
    }
  }
  const auto columns = map_of(all, whole_range, 64);
  const auto uncovered =
      std::accumulate(columns.begin(), columns.end(), std::uint64_t{0},
                      [](std::uint64_t sum, const map_piece& x) { return sum + x.uncovered; });
  CHECK(uncovered == (std::uint64_t{1} << 32) - all.keys_served());
}

TEST_CASE("unreachable owners stand apart") {
  const coverage all{routing_index{{{mapped_member(1), {0, 9}, 80}}},
                     routing_index{{{mapped_member(2), {5, 19}, 80}}}};
  const auto map = map_of(all, {0, 29}, 10);
  REQUIRE(map.size() == 4);
  CHECK(map[1].owners == std::vector{mapped_member(1)});
  CHECK(map[1].unreachable == std::vector{mapped_member(2)});
  CHECK(map[2].members == 0);
  CHECK(map[2].uncovered == 0);
  CHECK(map[3].uncovered == 10);
}

TEST_CASE("keys that a member claims twice count once") {
  const auto shares = shares_of({claim_of(1, {0, 9}), claim_of(2, {0, 99}), claim_of(1, {5, 14}),
                                 claim_of(1, {6, 8}), claim_of(1, {20, 29})});
  CHECK(shares == std::vector<member_share>{{mapped_member(2), 100}, {mapped_member(1), 25}});
  CHECK(shares_of({claim_of(1, whole_range)})[0].keys == std::uint64_t{1} << 32);
}

}  // namespace scalesmall
