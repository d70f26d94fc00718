#include "ops/leases/lease_table.hpp"

#include <doctest/doctest.h>

namespace scalesmall {

namespace {

using claims = std::vector<leased_claim>;

time_point at_second(int seconds) { return time_point{std::chrono::seconds{seconds}}; }

const leased_claim first_claim{"g", {0, 9}, 80};
const leased_claim second_claim{"g", {0, 9}, 81};
const leased_claim other_group{"h", {0, 9}, 80};

void grant(lease_table& leases, const leased_claim& claim, time_point end) {
  leases.make(claim);
  leases.made(claim, end);
}

}  // namespace

TEST_CASE("a claim ends once its lease is over") {
  lease_table leases;
  CHECK_FALSE(leases.next_end());
  grant(leases, second_claim, at_second(20));
  grant(leases, first_claim, at_second(10));
  CHECK(leases.next_end() == at_second(10));
  CHECK(leases.take_ended(at_second(9)).empty());
  CHECK(leases.take_ended(at_second(10)) == claims{first_claim});
  CHECK(leases.next_end() == at_second(20));
  CHECK(leases.take_ended(at_second(99)) == claims{second_claim});
  CHECK(leases.take_ended(at_second(99)).empty());
}

TEST_CASE("a claim that is made again ends later, also if that is sooner than before") {
  lease_table leases;
  grant(leases, first_claim, at_second(10));
  grant(leases, first_claim, at_second(30));
  CHECK(leases.take_ended(at_second(29)).empty());
  grant(leases, first_claim, at_second(20));
  CHECK(leases.take_ended(at_second(20)) == claims{first_claim});
}

TEST_CASE("what was taken back or stands for good does not end") {
  lease_table leases;
  for (const auto& x : {first_claim, second_claim, other_group}) grant(leases, x, at_second(1));
  leases.forget(first_claim);
  CHECK(leases.take_ended(at_second(1)) == claims{second_claim, other_group});
  for (const auto& x : {first_claim, second_claim, other_group}) grant(leases, x, at_second(1));
  leases.forget("g");
  CHECK(leases.take_ended(at_second(1)) == claims{other_group});
}

TEST_CASE("a claim that is made again while it is taken back is made once more") {
  lease_table leases;
  grant(leases, first_claim, at_second(1));
  CHECK(leases.take_ended(at_second(1)) == claims{first_claim});
  CHECK_FALSE(leases.is_remade(first_claim));
  grant(leases, first_claim, at_second(1));
  CHECK(leases.take_ended(at_second(1)) == claims{first_claim});
  leases.make(first_claim);
  leases.made_for_good(first_claim);
  CHECK(leases.is_remade(first_claim));
  CHECK_FALSE(leases.next_end());
}

TEST_CASE("a claim that is being made is not taken back") {
  lease_table leases;
  grant(leases, first_claim, at_second(1));
  leases.make(first_claim);
  CHECK(leases.take_ended(at_second(1)).empty());
  leases.not_made(first_claim);  // it was refused, so the former lease counts
  CHECK(leases.take_ended(at_second(3)) == claims{first_claim});
}

TEST_CASE("the number of leases is bounded, and each can be renewed") {
  lease_table leases;
  for (std::uint32_t i = 0; i < lease_table::leases_max; ++i) {
    const leased_claim claim{"g", {i, i}, 80};
    REQUIRE(leases.has_room_for(claim));
    grant(leases, claim, at_second(1));
  }
  CHECK_FALSE(leases.has_room_for(other_group));
  CHECK(leases.has_room_for({"g", {7, 7}, 80}));
}

}  // namespace scalesmall
