#include "actors/broadcast/dissemination_core.hpp"

#include <algorithm>
#include <chrono>

#include <doctest/doctest.h>

#include "actors/topology/anti_entropy.hpp"
#include "messages/codec/codec.hpp"
#include "tests/actors/tables.hpp"
#include "tests/at.hpp"

using namespace scalesmall;
using namespace scalesmall::names;
using namespace std::chrono_literals;

namespace {

constexpr std::uint64_t first_number = 1'000;

/// Node 1, which has reached nodes 2 to 5.
struct node_1 {
  topology_table table = table_of(1);
  std::vector<net_id> others{nth(2), nth(3), nth(4), nth(5)};
  peer_table peers{nth(1), {others, others}, first_number, at(0s), rng{1}};
  dissemination_core core{{nth(1), true, 2ms, frame_codec{}}, rng{2}};

  departures leave(broadcast x, time_point now = at(10s)) {
    const auto cut = core.cut(std::move(x));
    REQUIRE(cut);
    return core.depart(*cut, plan(peers, cut->needs(), now), now);
  }

  /// A broadcast of all that node 1 claims.
  broadcast own_rows(std::optional<std::vector<net_id>> recipients = {}, bool multicast = false) {
    return {{{}, all_rows_of(table.state(), nth(1)), {}}, std::move(recipients), multicast, {}};
  }
};

std::vector<net_id> served(const departures& all) {
  std::vector<net_id> ids;
  for (const auto& x : all.hops) {
    ids.push_back(x.hop->to.target);
    ids.insert(ids.end(), x.hop->to.rest.begin(), x.hop->to.rest.end());
  }
  std::ranges::sort(ids);
  return ids;
}

}  // namespace

TEST_CASE_FIXTURE(node_1, "a node that claims nothing says by multicast alone that it is there") {
  const auto all = leave(core.begin(table.state(), at(10s)));
  REQUIRE(all.datagrams.size() == 1);
  CHECK(all.datagrams[0].content.messages.empty());
  CHECK(all.hops.empty());
}

TEST_CASE_FIXTURE(node_1, "a node that claims something says all of it first") {
  (void)table.add_item("g", {1, 2}, 80);
  const auto first = core.begin(table.state(), at(10s));
  CHECK(first.what.messages == all_rows_of(table.state(), nth(1)));
  CHECK_FALSE(core.next_due());
}

TEST_CASE_FIXTURE(node_1, "the first announcement leaves at once, the next after the window") {
  core.announce({table.join("g")->told});
  REQUIRE(core.due(table.state(), at(10s)));
  core.announce({table.add_item("g", {1, 2}, 80)->told});
  CHECK_FALSE(core.due(table.state(), at(10s)));
  CHECK(core.next_due() == at(10s + 2ms));
  CHECK(core.due(table.state(), at(10s + 2ms)));
  CHECK_FALSE(core.due(table.state(), at(11s)));
}

TEST_CASE_FIXTURE(node_1,
                  "a broadcast leaves as a datagram and to everybody by TCP, as one number") {
  (void)table.join("g");
  const auto all = leave(own_rows({}, true));
  REQUIRE(all.datagrams.size() == 1);
  CHECK(all.datagrams[0].content.current_id == broadcast_id{nth(1), first_number});
  CHECK(decode(*frame_codec{}.unwrap(all.datagrams[0].frame)) == all.datagrams[0].content);
  CHECK(served(all) == others);
  for (const auto& x : all.hops) {
    CHECK(x.hop->id.seqno == first_number);
    CHECK(x.flight);
  }
}

TEST_CASE_FIXTURE(node_1, "a core tells from the change until its hops are acknowledged") {
  CHECK_FALSE(core.is_telling());
  core.announce({table.join("g")->told});
  CHECK(core.is_telling());
  auto what = core.due(table.state(), at(10s));
  REQUIRE(what);
  const auto all = leave(std::move(*what));
  REQUIRE(!all.hops.empty());
  for (const auto& x : all.hops) {
    CHECK(core.is_telling());
    core.acknowledged(x.flight.value(), at(10s));
  }
  CHECK_FALSE(core.is_telling());
  core.announce({table.add_item("g", {1, 2}, 80)->told});
  CHECK_FALSE(core.due(table.state(), at(10s)));
  core.hurry();
  CHECK(core.due(table.state(), at(10s)));
}

TEST_CASE_FIXTURE(node_1, "with nobody to tell nothing is cut") {
  CHECK_FALSE(core.cut(own_rows(std::vector<net_id>{})));
  CHECK(core.cut(own_rows(std::vector<net_id>{}, true)));
}

TEST_CASE_FIXTURE(node_1, "narrow members get their part under the same numbers, or nothing") {
  (void)table.add_item("g", {1, 2}, 80);
  auto what = own_rows();
  auto part = what.what.messages;
  part[0].within = key_set::of({{1, 2}});
  what.narrow = {{{nth(2), nth(3)}, part}, {{nth(4)}, {}}};
  const auto whole = what.what.messages;
  const auto all = leave(std::move(what));
  CHECK(served(all) == std::vector{nth(2), nth(3), nth(5)});
  for (const auto& x : all.hops) {
    CHECK(x.hop->id.seqno == first_number);
    CHECK(x.hop->what->messages == (x.hop->to.target == nth(5) ? whole : part));
  }
}

TEST_CASE_FIXTURE(node_1, "a hop that cannot be delivered goes to the next of its half, once") {
  (void)table.join("g");
  const auto all = leave(own_rows());
  const auto& first = all.hops.front();
  REQUIRE_FALSE(first.hop->to.rest.empty());
  const auto next = core.lost(first, at(10s));
  REQUIRE(next);
  CHECK(next->hop->to.target == first.hop->to.rest.front());
  CHECK(next->flight);
}

TEST_CASE_FIXTURE(node_1,
                  "a hop that nobody acknowledges is sent again, and is not lost after that") {
  (void)table.join("g");
  const auto all = leave(own_rows());
  core.acknowledged(all.hops.back().flight.value(), at(10s));
  REQUIRE(core.next_due());
  const auto work = core.overdue(*core.next_due());
  CHECK(work.overdue == all.hops.size() - 1);
  CHECK(std::ranges::count_if(work.hops, [](const auto& x) { return x.flight.has_value(); }) ==
        static_cast<std::ptrdiff_t>(work.overdue));
  CHECK(work.hops[0].hop->to == all.hops[0].hop->to);
  CHECK_FALSE(core.lost(all.hops[0], at(11s)));  // another hop is under way for it
}

TEST_CASE_FIXTURE(node_1, "the last of a half that stalls is tried by way of one that is well") {
  (void)table.join("g");
  const auto all = leave(own_rows(std::vector{nth(2), nth(3)}));
  REQUIRE(all.hops.size() == 2);
  core.acknowledged(all.hops[0].flight.value(), at(10s));
  const auto well = all.hops[0].hop->to.target;
  const auto work = core.overdue(at(20s));
  REQUIRE(work.hops.size() == 2);
  CHECK(work.hops[1].hop->to == assignment{well, {all.hops[1].hop->to.target}});
  CHECK_FALSE(work.hops[1].flight);
}

TEST_CASE_FIXTURE(node_1, "a hop that was dropped here is no sign of its target's life") {
  (void)table.join("g");
  const auto all = leave(own_rows(std::vector{nth(2), nth(3)}));
  REQUIRE(all.hops.size() == 2);
  core.dropped(all.hops[0]);
  CHECK(core.is_telling());
  const auto work = core.overdue(at(20s));
  CHECK(work.overdue == 1);
  REQUIRE(work.hops.size() == 1);  // nobody is known to be well, so there is no detour
  CHECK(work.hops[0].hop->to == all.hops[1].hop->to);
  core.dropped(work.hops[0]);
  CHECK_FALSE(core.is_telling());
}

TEST_CASE_FIXTURE(node_1, "a payload for one peer takes a number for each piece") {
  auto pieces = cut(direct{nth(3), own_rows().what});
  CHECK_FALSE(pieces.needs().rows);
  (void)table.join("g");
  pieces = cut(direct{nth(3), own_rows().what});
  CHECK(pieces.needs().rows);
  pieces.pieces.push_back(pieces.pieces[0]);
  const auto all = core.depart(pieces, plan(peers, pieces.needs(), at(10s)));
  REQUIRE(all.hops.size() == 2);
  CHECK(all.hops[1].hop->id.seqno == first_number + 1);
  CHECK(all.hops[1].hop->to == assignment{nth(3), {}});
  CHECK_FALSE(all.hops[1].flight);
}

TEST_CASE_FIXTURE(node_1, "an exchange is begun with the digest of what is known") {
  (void)table.join("g");
  const auto all = core.depart(plan_exchanges(peers, {nth(2), nth(3)}, at(10s)), table.state());
  REQUIRE(all.hops.size() == 2);
  CHECK(all.hops[1].hop->to.target == nth(3));
  CHECK(all.hops[1].hop->what->summary->stage == exchange::request);
  CHECK(all.hops[1].hop->what->summary->groups.size() == 1);
}

TEST_CASE_FIXTURE(node_1, "a node of many groups asks for all others until it is answered") {
  for (std::size_t g = 0; g <= groups_per_request; ++g) (void)table.join("g" + std::to_string(g));
  auto partners = plan_exchanges(peers, {nth(2)}, at(10s));
  const auto asked = [&] {
    return core.depart(partners, table.state()).hops.front().hop->what->summary->all_groups;
  };
  CHECK(asked());
  partners.front().first = false;
  CHECK_FALSE(asked());
}

TEST_CASE_FIXTURE(node_1, "a report of what is heard is a multicast and nothing else") {
  const auto report = hearing_report();
  const auto all = core.depart(report, plan(peers, report.needs(), at(10s)), at(10s));
  CHECK(all.datagrams.size() == 1);
  CHECK(all.hops.empty());
}

TEST_CASE_FIXTURE(node_1, "no hop has the number of an earlier one, however a narrow part is cut") {
  // One datagram tells all that node 1 claims. The part of node 2 takes several frames.
  std::vector<message> part;
  for (const char* group : {"g", "h", "i"}) {
    message rows{group, {}, {}};
    for (std::uint64_t n = 0; n < hop_entries_max; ++n)
      rows.time.advance({{ip_address::from_halves(1, n), 1}, {5, 1}});
    part.push_back(std::move(rows));
  }
  (void)table.add_item("g", {1, 2}, 80);
  auto x = own_rows({}, true);
  x.narrow = {{{nth(2)}, part}};
  const auto all = leave(std::move(x));
  REQUIRE(all.datagrams.size() == 1);
  std::vector<std::uint64_t> numbers;
  for (const auto& hop : all.hops) {
    if (hop.hop->to.target == nth(2)) numbers.push_back(hop.hop->id.seqno);
  }
  REQUIRE(numbers.size() > 1);
  CHECK(std::ranges::is_sorted(numbers));
  CHECK(numbers.front() >= first_number);
}
