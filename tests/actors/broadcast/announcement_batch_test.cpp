#include "actors/broadcast/announcement_batch.hpp"

#include <doctest/doctest.h>

#include "tests/actors/tables.hpp"
#include "tests/at.hpp"

using namespace scalesmall;
using namespace scalesmall::names;
using namespace std::chrono_literals;

namespace {

row_mark served(topology_table& t, const std::string& group, std::uint32_t key) {
  return t.add_item(group, {key, key}, 80).value().told;
}

}  // namespace

TEST_CASE("the first goes at once, those within the window together") {
  topology_table t{topology{nth(1), 1}};
  announcement_batch batch{2ms};
  CHECK_FALSE(batch.ready_at());
  const auto mark = served(t, "g", 0);
  const auto first = row_message(t.state(), mark);
  batch.add({mark});
  REQUIRE(batch.ready_at());
  CHECK(*batch.ready_at() <= at(5ms));
  CHECK(batch.take(at(5ms), t.state()) == std::vector{first});

  CHECK_FALSE(batch.ready_at());
  batch.add({served(t, "g", 1)});
  batch.add({served(t, "h", 0), served(t, "g", 2)});
  CHECK(batch.ready_at() == at(7ms));
  const auto told = batch.take(at(7ms), t.state());
  REQUIRE(told.size() == 2);
  CHECK(told[0].time == world_clock{{nth(1), {1, 4}}});
  CHECK(told[0].since == first.time);
  CHECK(told[0].items.size() == 2);
  CHECK(told[1].since.empty());
  CHECK_FALSE(batch.ready_at());
}

TEST_CASE("in a hurry there is no window") {
  topology_table t{topology{nth(1), 1}};
  announcement_batch batch{2ms};
  batch.add({served(t, "g", 0)});
  (void)batch.take(at(5ms), t.state());
  batch.add({served(t, "g", 1)});
  REQUIRE(batch.ready_at() == at(7ms));
  batch.hurry();
  REQUIRE(batch.ready_at());
  CHECK(*batch.ready_at() <= at(5ms));
}

TEST_CASE("what is to be told from the beginning is not cut by what came after") {
  topology_table t{topology{nth(1), 1}};
  announcement_batch batch{2ms};
  (void)t.join("g");
  batch.add(marks_of_member(t.state(), nth(1)));
  batch.add({served(t, "g", 1)});
  const auto told = batch.take(at(0ms), t.state());
  REQUIRE(told.size() == 1);
  CHECK(told[0].since.empty());
  CHECK(told[0].items.size() == 2);
}

TEST_CASE("a row that is gone by then is not told") {
  topology_table t{topology{nth(1), 1}};
  announcement_batch batch{2ms};
  const message other{"g", {{nth(2), {5, 0}}}, {get(nth(2), {5, 0})}};
  (void)apply(t, other);
  batch.add(marks_of({other}));
  (void)t.forget({nth(2)});
  CHECK(batch.take(at(0ms), t.state()).empty());
}
