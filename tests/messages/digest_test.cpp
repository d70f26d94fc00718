#include "messages/digest.hpp"

#include <doctest/doctest.h>

using namespace scalesmall;

namespace {

const net_id a{ip_address::v4(10, 0, 0, 1), 1};

}  // namespace

TEST_CASE("the hash of a clock is the same everywhere") {
  CHECK(clock_hash({a, {1, 2}}) != clock_hash({a, {2, 1}}));
  CHECK(clock_hash({{ip_address::v4(192, 168, 1, 100), 29999}, {1'763'793'600, 2}}) ==
        14'550'584'115'443'482'239U);
}

TEST_CASE("each field of a claim counts in its hash") {
  const timed_item claim{{a, {0, 9}, op::add, 80}, {1, 2}};
  const auto differs = [&claim](auto change) {
    auto other = claim;
    change(other);
    return claim_hash(other) != claim_hash(claim);
  };
  CHECK(differs([](timed_item& x) { x.item.member.port = 2; }));
  CHECK(differs([](timed_item& x) { x.item.range.start_range = 1; }));
  CHECK(differs([](timed_item& x) { x.item.range.end_range = 8; }));
  CHECK(differs([](timed_item& x) { x.item.op = op::rmv; }));
  CHECK(differs([](timed_item& x) { x.item.port = 81; }));
  CHECK(differs([](timed_item& x) { x.at.counter = 3; }));
  CHECK(claim_hash(claim) != clock_hash({a, {1, 2}}));
}

TEST_CASE("the steps of an exchange have names") {
  CHECK(to_string(exchange::answer) == "answer");
  CHECK(to_string(exchange::push) == "push");
  CHECK(to_string(exchange::rest) == "rest");
  CHECK(to_string(static_cast<exchange>(7)) == "unknown");
}
