#include "actors/announcement_batch.hpp"

#include <doctest/doctest.h>

#include "tests/actors/names.hpp"

using namespace scalesmall;
using namespace scalesmall::names;
using namespace std::chrono_literals;

namespace {

message row(const std::string& group, std::uint32_t counter) {
  return {group, {{nth(1), {1, counter}}}, {get(nth(1), {1, counter})}};
}

}  // namespace

TEST_CASE("the first goes at once, those within the window together") {
  announcement_batch batch{2ms};
  CHECK_FALSE(batch.ready_at());
  batch.add({row("g", 0)});
  REQUIRE(batch.ready_at());
  CHECK(*batch.ready_at() <= 5ms);
  CHECK(batch.take(5ms) == std::vector{row("g", 0)});

  CHECK_FALSE(batch.ready_at());
  batch.add({row("g", 1)});
  batch.add({row("h", 0), row("g", 2)});
  CHECK(batch.ready_at() == moment{7ms});
  CHECK(batch.take(7ms) == std::vector{row("g", 2), row("h", 0)});
  CHECK_FALSE(batch.ready_at());
}
