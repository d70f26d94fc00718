#include "actors/liveness/signs_of_life.hpp"

#include <chrono>

#include <doctest/doctest.h>

#include "tests/actors/liveness/rows.hpp"
#include "tests/at.hpp"

using namespace scalesmall;
using namespace live_rows;
using namespace std::chrono_literals;

TEST_CASE("the newest signs of the expected members are taken once") {
  signs_of_life x;
  x.expect({{member(2)}, {member(1), true}});
  x.heard(member(1), at(1s));
  x.heard(member(1), at(2s));
  CHECK(x.answered(member(1), at(3s)));
  CHECK(!x.answered(member(2), at(4s)));
  CHECK(!x.answered(member(9), at(4s)));
  const auto all = x.take();
  REQUIRE(all.size() == 2);
  CHECK(all[0].from == member(1));
  CHECK(all[0].heard_at == at(2s));
  CHECK(all[0].answered_at == at(3s));
  CHECK(all[1].from == member(2));
  CHECK(!all[1].heard_at);
  CHECK(all[1].answered_at == at(4s));
  CHECK(x.take().empty());
}

TEST_CASE("of all others two different ones are remembered") {
  signs_of_life x;
  for (std::uint32_t i = 1; i < 100; ++i) {
    x.heard(member(i), at(1s));
    x.heard(member(i), at(2s));
  }
  const auto all = x.take();
  REQUIRE(all.size() == 2);
  CHECK(all[0].from == member(98));
  CHECK(all[1].from == member(99));
  CHECK(all[1].heard_at == at(2s));
}

TEST_CASE("a sign of a member that is expected still is not lost when others are") {
  signs_of_life x;
  x.expect({{member(1)}, {member(2)}});
  x.heard(member(1), at(1s));
  x.heard(member(2), at(1s));
  x.expect({{member(0)}, {member(1)}});
  const auto all = x.take();
  REQUIRE(all.size() == 1);
  CHECK(all[0].from == member(1));
}
