#include "actors/peers/readiness.hpp"

#include <chrono>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "tests/actors/tables.hpp"

using namespace scalesmall;
using namespace scalesmall::names;
using namespace std::chrono_literals;

namespace {

constexpr time_point asked_at{100s};
constexpr time_point asked_until = asked_at + 30s;

/// The answer of a node to the question of another for its clocks of the group "g".
digest clocks_told_by(const topology_table& of, const topology_table& for_whom) {
  const digest asked{exchange::request, {clocks_wanted(for_whom.state(), "g")}};
  return {exchange::answer, reply_to(of.state(), asked, for_whom.state().self).lacking};
}

/// Two nodes that know the group. The second also knows a claim.
struct two_tables {
  two_tables() {
    (void)mine.join("g");
    (void)seed.add_item("g", {0, 9}, 80);
  }

  topology_table mine = table_of(1);
  topology_table seed = table_of(2);
  readiness waits;
};

using wait_ends = std::vector<readiness::end>;

}  // namespace

TEST_CASE("a node without seeds is ready at once") {
  readiness waits;
  CHECK(waits.empty());
  const auto t = waits.await("g", asked_until, asked_at);
  CHECK_FALSE(waits.empty());
  CHECK(waits.take_ended({}, {}, asked_at) == wait_ends{{t, true}});
  CHECK(waits.empty());
  CHECK_FALSE(waits.next_due());
}

TEST_CASE_FIXTURE(two_tables, "a node is ready when it holds all that its seed told") {
  const readiness::seeds of{nodes({2})};
  const auto t = waits.await("g", asked_until, asked_at);
  CHECK(waits.heard(nth(2), clocks_told_by(seed, mine)));
  CHECK(waits.take_ended(mine.state(), of, asked_at).empty());
  // What the seed learns after its answer does not count.
  const auto told = all_rows_of(seed.state(), nth(2));
  (void)seed.add_item("g", {10, 19}, 80);
  for (const auto& x : told) (void)apply(mine, x);
  CHECK(waits.take_ended(mine.state(), of, asked_at) == wait_ends{{t, true}});
}

TEST_CASE_FIXTURE(two_tables, "a seed that does not know the group has told all") {
  const auto t = waits.await("g", asked_until, asked_at);
  CHECK(waits.heard(nth(2), clocks_told_by(table_of(2), mine)));
  CHECK(waits.take_ended(mine.state(), {nodes({2})}, asked_at) == wait_ends{{t, true}});
}

TEST_CASE_FIXTURE(two_tables, "other groups and other steps of an exchange say nothing") {
  const readiness::seeds of{nodes({2})};
  (void)waits.await("g", asked_until, asked_at);
  CHECK_FALSE(waits.heard(nth(2), {exchange::answer, {{"h"}}}));
  CHECK_FALSE(waits.heard(nth(2), {exchange::request, {{"g"}}}));
  CHECK_FALSE(waits.heard(nth(2), {exchange::push, {{"g"}}}));
  CHECK_FALSE(waits.heard(nth(2), {exchange::answer, {{"g", {}, digest_scope::part}}}));
  CHECK(waits.take_ended(mine.state(), of, asked_at + 10s).empty());
}

TEST_CASE("each seed that has not answered is asked at once, then each second") {
  readiness waits;
  const readiness::seeds of{nodes({2, 3})};
  (void)waits.await("g", asked_until, asked_at);
  CHECK(waits.next_due() == asked_at);
  using questions = std::vector<readiness::question>;
  CHECK(waits.due(of, asked_at) == questions{{nth(2), "g"}, {nth(3), "g"}});
  CHECK(waits.due(of, asked_at).empty());
  CHECK(waits.next_due() == asked_at + readiness::ask_period);
  CHECK(waits.heard(nth(3), {exchange::answer, {{"g"}}}));
  CHECK(waits.take_ended({}, of, asked_at).empty());
  CHECK(waits.due(of, asked_at + readiness::ask_period) == questions{{nth(2), "g"}});
}

TEST_CASE("after two seconds the seeds that answered are enough") {
  readiness waits;
  const readiness::seeds of{nodes({2, 3})};
  const auto t = waits.await("g", asked_until, asked_at);
  CHECK(waits.heard(nth(3), {exchange::answer, {{"g"}}}));
  const auto enough = asked_at + readiness::patience;
  CHECK(waits.take_ended({}, of, enough - 1ns).empty());
  (void)waits.due(of, enough - 1ms);
  CHECK(waits.next_due() == enough);
  CHECK(waits.take_ended({}, of, enough) == wait_ends{{t, true}});
}

TEST_CASE("a seed's name without an address counts as a seed that does not answer") {
  readiness waits;
  const auto t = waits.await("g", asked_until, asked_at);
  CHECK(waits.take_ended({}, {{}, false}, asked_until - 1ns).empty());
  CHECK(waits.take_ended({}, {{}, false}, asked_until) == wait_ends{{t, false}});
}

TEST_CASE("a wait ends at its limit, whatever others wait for") {
  readiness waits;
  const readiness::seeds of{nodes({2})};
  const auto soon = waits.await("g", asked_at + 1s, asked_at);
  const auto late = waits.await("h", asked_until, asked_at);
  (void)waits.due(of, asked_at + 900ms);
  CHECK(waits.next_due() == asked_at + 1s);
  CHECK(waits.take_ended({}, of, asked_at + 1s) == wait_ends{{soon, false}});
  (void)waits.heard(nth(2), {exchange::answer, {{"h"}}});
  CHECK(waits.take_ended({}, of, asked_at + 1s) == wait_ends{{late, true}});
}
