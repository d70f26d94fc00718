#include "actors/arrival/arrival_core.hpp"

#include <chrono>

#include <doctest/doctest.h>

#include "actors/topology/gossip_merge.hpp"
#include "tests/actors/tables.hpp"
#include "tests/at.hpp"

using namespace scalesmall;
using namespace scalesmall::names;
using namespace std::chrono_literals;

namespace {

const message news = complete(nth(2), {5, 1}, {get(nth(2), {5, 1})});

/// Node 1, which merges what comes.
struct node_1 {
  topology_table table = table_of(1);
  arrival_core core{nth(1), at(0s), rng{1}};

  std::vector<arrival_effect> take(const gossip& x, time_point now = at(10s), bool known = true,
                                   arrival_path path = arrival_path::tcp) {
    gossip_merge merge{std::make_shared<const gossip>(x)};
    while (!merge.next(table, 0s).done) continue;
    return core.arrived(x, path, merge.outcome(), known, table.state(), now);
  }
};

gossip from(std::uint8_t n, std::vector<message> rows, std::optional<exchange> stage = {}) {
  gossip x{{nth(n), 7}, {}, {}, {}, std::move(rows), {}};
  if (stage) x.summary = digest{*stage, {}, true};
  return x;
}

template <class T>
const T* find(const std::vector<arrival_effect>& effects) {
  for (const auto& x : effects) {
    if (const auto* found = std::get_if<T>(&x)) return found;
  }
  return nullptr;
}

}  // namespace

TEST_CASE_FIXTURE(node_1, "the peer table learns of a gossip before anything is planned of it") {
  auto served = from(2, {news});
  served.distribution_list = {nth(3)};
  const auto effects = take(served);
  REQUIRE(effects.size() == 2);
  CHECK(std::holds_alternative<envelope_to_note>(effects[0]));
  CHECK(std::get<broadcast>(effects[1]).recipients == std::vector{nth(3)});
}

TEST_CASE_FIXTURE(node_1, "what this node has multicast itself is ignored") {
  CHECK(take(from(1, {news})).empty());
}

TEST_CASE_FIXTURE(node_1, "nobody serves the same hop twice") {
  auto served = from(2, {news});
  served.distribution_list = {nth(3)};
  CHECK(find<broadcast>(take(served)));
  CHECK_FALSE(find<broadcast>(take(served)));
}

TEST_CASE_FIXTURE(node_1, "a peer that asks in a loop is refused, though its rows are merged") {
  for (int i = 0; i < 20; ++i) CHECK(find<envelope_to_note>(take(from(3, {}, exchange::request))));
  const auto effects = take(from(3, {news}, exchange::request));
  REQUIRE(effects.size() == 1);
  CHECK(std::holds_alternative<request_refused>(effects[0]));
  CHECK(find_row(table.state(), "g", nth(2)));
  CHECK_FALSE(find<request_refused>(take(from(4, {}, exchange::request))));
}

TEST_CASE_FIXTURE(node_1,
                  "news of an exchange are announced later, unless a broadcast tells them") {
  CHECK_FALSE(core.next_due());
  CHECK_FALSE(find<announcement>(take(from(3, {news}, exchange::push))));
  REQUIRE(core.next_due());
  const auto due = *core.next_due();
  CHECK(due >= at(10s) + delayed_announcements::hold_min);
  SUBCASE("not too early") { CHECK(core.due(table.state(), due - 1ns).empty()); }
  SUBCASE("nobody tells them") {
    CHECK(core.due(table.state(), due) == marks_of({news}));
    CHECK_FALSE(core.next_due());
  }
  SUBCASE("a broadcast does") {
    (void)take(from(4, {news}));
    CHECK(core.due(table.state(), due).empty());
  }
  SUBCASE("the answer of an exchange is no broadcast") {
    (void)take(from(4, {news}, exchange::answer));
    CHECK(core.due(table.state(), due) == marks_of({news}));
  }
}

TEST_CASE_FIXTURE(node_1, "a newcomer is announced at once, and not once more later") {
  const auto request = from(2, {news}, exchange::request);
  const auto effects = take(request, at(10s), false);
  const auto* told = find<announcement>(effects);
  REQUIRE(told);
  CHECK(told->rows.front() == marks_of({news}).front());
  CHECK_FALSE(core.next_due());
}

TEST_CASE_FIXTURE(node_1, "a peer that asks for everything again and again is told it about once") {
  message rows{"g", {}, {}};
  std::vector<timed_item> claims;
  for (std::uint32_t k = 0; k < 5'000; ++k) claims.push_back(add(nth(2), {5, 1}, {2 * k, 2 * k}));
  rows.time.advance({nth(2), {5, 1}});
  rows.items = timed_set::from_sorted(std::move(claims)).value();
  (void)take(from(2, {rows}));
  for (const auto stage : {exchange::request, exchange::answer, exchange::push}) {
    std::size_t told = 0;
    bool refused = false;
    for (int i = 0; i < 100; ++i) {
      const auto effects = take(from(3, {}, stage), at(10s + 10ms * i));
      if (const auto* x = find<direct>(effects)) told += x->what.messages.at(0).items.size();
      refused |= find<request_refused>(effects) != nullptr;
    }
    CHECK(refused);
    CHECK(told <= 250'000);
    core = arrival_core{nth(1), at(0s), rng{1}};
  }
}
