#include "actors/messaging/owed_acknowledgements.hpp"

#include <doctest/doctest.h>

#include "tests/actors/names.hpp"
#include "tests/at.hpp"

using namespace scalesmall;
using namespace std::chrono_literals;
using names::nth;

TEST_CASE("acknowledgements to one sender within the window go together, ascending") {
  owed_acknowledgements x;
  CHECK_FALSE(x.next_due());
  x.note(nth(2), 9, at(0ms));
  x.note(nth(3), 1, at(1ms));
  x.note(nth(2), 7, at(1ms));
  x.note(nth(2), 9, at(1ms));
  CHECK(x.next_due() == at(2ms));
  CHECK(x.due(at(1ms)).empty());
  const auto first = x.due(at(2ms));
  REQUIRE(first.size() == 1);
  CHECK(first[0].to == nth(2));
  CHECK(first[0].numbers == std::vector<std::uint64_t>{7, 9});
  CHECK(x.next_due() == at(3ms));
  CHECK(x.due(at(3ms)).size() == 1);
  CHECK_FALSE(x.next_due());
}

TEST_CASE("what is owed to one sender fits a frame") {
  owed_acknowledgements x;
  for (std::uint64_t n = 0; n <= limits::acknowledged_max; ++n) x.note(nth(2), n, at(0ms));
  CHECK(x.due(at(1s)).at(0).numbers.size() == limits::acknowledged_max);
}
