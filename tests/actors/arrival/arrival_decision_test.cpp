#include "actors/arrival/arrival_decision.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include <doctest/doctest.h>

#include "actors/arrival/seen_broadcasts.hpp"
#include "actors/topology/anti_entropy.hpp"
#include "actors/topology/topology_table.hpp"
#include "messages/codec/codec.hpp"
#include "messages/limits.hpp"
#include "net/rng.hpp"
#include "tests/actors/names.hpp"
#include "tests/actors/tables.hpp"

using namespace scalesmall;
using namespace scalesmall::names;
using namespace std::chrono_literals;

namespace {

const message news{"g", {{nth(2), {5, 1}}}, {get(nth(2), {5, 1})}};
const std::vector<row_mark> marks = marks_of({news});

/// What node 1 knows once it has merged the news.
topology merged() {
  topology_table t{topology{nth(1), 1000, {}, {}}};
  (void)apply(t, news);
  return t.state();
}

gossip from_2(std::vector<net_id> distribution_list = {}) {
  return {{nth(2), 7}, {}, {}, std::move(distribution_list), {news}, {}};
}

/// As if the gossip came by no hop before, or brought nothing that is still to be served.
std::vector<arrival_consequence> decide(const gossip& arrived, arrival_path path, bool again,
                                        const std::vector<row_mark>& news,
                                        const std::vector<group_digest>& gaps,
                                        const std::vector<net_id>& newcomers, const topology& now) {
  seen_broadcasts::task asked{again, {}};
  if (!again) asked.list = arrived.distribution_list;
  return scalesmall::decide(arrived, path, asked, {news, gaps}, newcomers, now);
}

template <class T>
const T* only(const std::vector<arrival_consequence>& effects) {
  return effects.size() == 1 ? std::get_if<T>(&effects[0]) : nullptr;
}

}  // namespace

TEST_CASE("the distribution list is served whether the gossip brought news or not") {
  for (const bool is_news : {true, false}) {
    const auto effects = decide(from_2({nth(3), nth(4)}), arrival_path::tcp, false,
                                is_news ? marks : std::vector<row_mark>{}, {}, {}, merged());
    const auto* sent = only<broadcast>(effects);
    REQUIRE(sent);
    CHECK(sent->recipients == std::vector{nth(3), nth(4)});
    CHECK(sent->what.messages == std::vector{news});
    CHECK(sent->what.other_ids == std::vector<broadcast_id>{{nth(2), 7}});
    CHECK(sent->multicast == is_news);
    CHECK(sent->unless_heard == nth(2));
  }
}

TEST_CASE("a gossip that no node would say at once is not relayed") {
  auto much = from_2({nth(3), nth(4)});
  auto& rows = much.messages[0];
  for (std::uint64_t n = 1; n < hop_entries_max - 1; ++n)
    rows.time.advance({{ip_address::from_halves(1, n), 1}, {5, 1}});
  const auto told = [](const gossip& x) {
    return decide(x, arrival_path::tcp, false, marks, {}, {}, merged());
  };
  REQUIRE(rows.time.clocks().size() == hop_entries_max - 1);  // and an item, and a range of keys
  CHECK(only<hop_refused>(told(much)));
  rows.items = {};
  CHECK(only<broadcast>(told(much)));

  auto one_row = from_2({nth(3), nth(4)});
  for (std::uint32_t n = 0; n <= hop_entries_max; ++n)
    one_row.messages[0].items.put(add(nth(2), {5, 1}, {n, n}));
  CHECK(only<broadcast>(told(one_row)));
  std::vector<timed_item> items;
  for (std::uint32_t n = 0; n <= limits::row_items_max; ++n)
    items.push_back(add(nth(2), {5, 1}, {n, n}));
  one_row.messages[0].items = timed_set::from_sorted(std::move(items)).value();
  CHECK(only<hop_refused>(told(one_row)));

  auto to_many = from_2();
  for (std::uint64_t n = 0; n <= limits::peers_max; ++n)
    to_many.distribution_list.push_back({ip_address::from_halves(1, n), 1});
  CHECK(only<hop_refused>(told(to_many)));
  to_many.distribution_list.pop_back();
  CHECK(only<broadcast>(told(to_many)));

  // Nobody was to be served, so nothing was refused.
  much.distribution_list = {};
  rows.items = news.items;
  CHECK(told(much).empty());
}

TEST_CASE("a node asks for as much as one frame holds") {
  group_digest lacking{"g", {}, digest_scope::part};
  for (std::uint64_t n = 0; n < limits::net_ids_max; ++n)
    lacking.time.advance({{ip_address::from_halves(1, n * 0x9e3779b9), 1}, {5, 1}});
  const auto effects = decide(from_2(), arrival_path::tcp, true, {}, {lacking}, {}, merged());
  REQUIRE(effects.size() == 2);
  CHECK(std::get<groups_left_out>(effects[0]).groups == 1);
  const auto& asked = std::get<direct>(effects[1]).what;
  CHECK(asked.summary->groups[0].time.clocks().size() > limits::net_ids_max / 2);
  const auto said = std::make_shared<const payload>(asked);
  std::vector<broadcast_id> seen;
  for (std::uint8_t n = 1; n <= 100; ++n) seen.push_back({nth(n), n});
  CHECK_NOTHROW((void)encode(gossip_of({{nth(1), 1}, seen, said, {nth(2), {}}})));
}

TEST_CASE("an answer to the longest request fits frames, with any rows besides") {
  topology_table t{merged()};
  std::vector<timed_item> items;
  rng random{1};
  for (std::uint32_t n = 0; n < limits::row_items_max / 4; ++n) {
    const auto start = n * 20'000 + static_cast<std::uint32_t>(random.below(20'000));
    items.push_back(add(nth(4), {5, static_cast<std::uint32_t>(random.below(1'000'000))},
                        {start, start + static_cast<std::uint32_t>(random.below(1U << 20))},
                        static_cast<std::uint16_t>(random.below(65'536))));
  }
  (void)apply(t,
              {"g", {{nth(4), {5, 1'000'000}}}, timed_set::from_sorted(std::move(items)).value()});
  gossip request{{nth(3), 7}, {}, {}, {}, {}, digest{exchange::request, {}, true}};
  for (std::size_t n = 0; n < 30'000; ++n)
    request.summary->groups.push_back(
        {"h" + std::to_string(100'000 + n) + std::string(248, 'x'), {}, digest_scope::hash, n});
  REQUIRE_NOTHROW((void)encode(request));
  std::size_t rows = 0;
  std::size_t asked = 0;
  std::size_t over = 0;
  const auto look_at = [&](const direct& part) {
    for (const auto& piece : split_for_stream(part.what)) {
      const tcp_hop hop{{nth(1), 1}, {}, std::make_shared<const payload>(piece), {nth(3), {}}};
      CHECK_NOTHROW((void)encode(gossip_of(hop)));
      rows += piece.messages.size();
      asked += piece.summary->groups.size();
    }
  };
  std::optional<answer_position> next;
  for (const auto& effect : decide(request, arrival_path::tcp, false, {}, {}, {}, t.state())) {
    if (const auto* x = std::get_if<groups_left_out>(&effect)) over += x->groups;
    const auto* begun = std::get_if<long_answer>(&effect);
    if (!begun) continue;
    REQUIRE(begun->first);
    look_at(*begun->first);
    next = begun->rest;
  }
  REQUIRE(next);
  while (next) {
    const auto part = answer(request, t.state(), *next);
    over += part.left_out;
    if (part.what) look_at(*part.what);
    next = part.rest;
  }
  CHECK(rows == 1 + 1);
  CHECK(asked > 10'000);
  CHECK(asked + over == 30'000);
}

TEST_CASE("a part of a broadcast is served once") {
  CHECK(decide(from_2({nth(3), nth(4)}), arrival_path::tcp, true, marks, {}, {}, merged()).empty());
}

TEST_CASE("a repeated broadcast is served to the nodes of its list that are new") {
  const auto again = [](std::vector<net_id> list, std::vector<net_id> left) {
    return scalesmall::decide(from_2(std::move(list)), arrival_path::tcp, {true, std::move(left)},
                              {}, {}, merged());
  };
  const auto many = again({nth(3), nth(4)}, {nth(4)});
  const auto* sent = only<broadcast>(many);
  REQUIRE(sent);
  CHECK(sent->recipients == std::vector{nth(4)});
  CHECK_FALSE(sent->multicast);
  CHECK(sent->tries == 0);
  const auto one = again({nth(3)}, {nth(3)});
  sent = only<broadcast>(one);
  REQUIRE(sent);
  CHECK(sent->recipients == std::vector{nth(3)});
  CHECK(sent->tries == hop_tries_of_detour);
}

TEST_CASE("news by TCP are multicast, for somebody near may not have been on the list") {
  const auto effects = decide(from_2(), arrival_path::tcp, false, marks, {}, {}, merged());
  const auto* sent = only<broadcast>(effects);
  REQUIRE(sent);
  CHECK(sent->multicast);
  CHECK(sent->recipients == std::vector<net_id>{});
}

TEST_CASE("a multicast is not answered, or a LAN would see as many as it has nodes") {
  CHECK(decide(from_2(), arrival_path::multicast, false, marks, {}, {}, merged()).empty());
  CHECK(decide(from_2(), arrival_path::multicast, false, {}, {}, {}, merged()).empty());
}

TEST_CASE("no news by TCP with nobody to serve ends there") {
  CHECK(decide(from_2(), arrival_path::tcp, false, {}, {}, {}, merged()).empty());
}

TEST_CASE("a gap asks its sender for the rest") {
  const std::vector<group_digest> lacking{{"g", {{nth(2), {5, 1}}}, digest_scope::part}};
  const auto effects = decide(from_2(), arrival_path::multicast, false, {}, lacking, {}, merged());
  const auto* ask = only<direct>(effects);
  REQUIRE(ask);
  CHECK(ask->peer == nth(2));
  CHECK(ask->what.summary == digest{exchange::push, lacking});
}

TEST_CASE("a request is answered with what its sender lacks") {
  gossip request{{nth(3), 7}, {}, {}, {}, {}, digest{exchange::request, {}, true}};
  SUBCASE("rows") {
    const auto effects = decide(request, arrival_path::tcp, false, {}, {}, {}, merged());
    const auto* answer = only<direct>(effects);
    REQUIRE(answer);
    CHECK(answer->peer == nth(3));
    CHECK(answer->what.messages == std::vector{news});
    CHECK(answer->what.summary == digest{exchange::answer, {}});
  }
  SUBCASE("and asked for what this node lacks") {
    request.summary->groups = {{"g", {{nth(2), {5, 1}}, {nth(3), {6, 0}}}}};
    const auto effects = decide(request, arrival_path::tcp, false, {}, {}, {}, merged());
    const auto* answer = only<direct>(effects);
    REQUIRE(answer);
    CHECK(answer->what.messages.empty());
    CHECK(answer->what.summary ==
          digest{exchange::answer, {{"g", {{nth(3), {0, 0}}}, digest_scope::part}}});
  }
  SUBCASE("or with silence if both know the same") {
    rng random{1};
    request.summary = request_digest(merged(), random);
    CHECK(decide(request, arrival_path::tcp, false, {}, {}, {}, merged()).empty());
  }
}

TEST_CASE("what a newcomer claims is announced for it") {
  const message claim{"g", {{nth(3), {6, 0}}}, {get(nth(3), {6, 0})}};
  topology_table t{merged()};
  (void)apply(t, claim);  // its own broadcast came before
  group_digest said{"g", claim.time};
  said.own = claim_hash(claim.items.items().front());
  const gossip request{{nth(3), 7}, {}, {}, {}, {}, digest{exchange::request, {said}, true}};
  const auto effects = decide(request, arrival_path::tcp, false, {}, {}, {nth(3)}, t.state());
  REQUIRE(effects.size() == 2);
  CHECK(std::get<announcement>(effects[1]).rows == marks_of({claim}));
  CHECK(std::get<direct>(effects[0]).what.messages == std::vector{news});
}

TEST_CASE("an answer is followed by what the other lacks, and not announced") {
  const gossip answer{{nth(3), 7}, {}, {}, {}, {news}, digest{exchange::answer, {{"g", {}}}}};
  const auto effects = decide(answer, arrival_path::tcp, false, marks, {}, {}, merged());
  const auto* push = only<direct>(effects);
  REQUIRE(push);
  CHECK(push->what.summary == digest{exchange::push, {}});
}

TEST_CASE("pushed news are for others too: whoever brought them knows few") {
  const gossip push{{nth(3), 7}, {}, {}, {}, {news}, digest{exchange::push, {}}};
  const auto effects = decide(push, arrival_path::tcp, false, marks, {}, {}, merged());
  const auto* told = only<exchanged>(effects);
  REQUIRE(told);
  CHECK(told->rows == marks);
  CHECK(decide(push, arrival_path::tcp, false, {}, {}, {}, merged()).empty());
}

TEST_CASE("what a newcomer changes is announced for it, however it came") {
  for (const auto path : {arrival_path::tcp, arrival_path::multicast}) {
    const auto effects = decide(from_2(), path, false, marks, {}, {nth(2)}, merged());
    REQUIRE(!effects.empty());
    CHECK(std::get<announcement>(effects.back()).rows == marks);
  }
}

TEST_CASE("what a newcomer changes is announced though another relayed it") {
  auto relayed = from_2();
  relayed.current_id.origin = nth(5);
  const auto effects = decide(relayed, arrival_path::tcp, false, marks, {}, {nth(2)}, merged());
  CHECK(std::get<announcement>(effects.back()).rows == marks);
}

TEST_CASE("what is known of a newcomer is announced once, or two who announce it would never end") {
  CHECK(decide(from_2(), arrival_path::tcp, false, {}, {}, {nth(2)}, merged()).empty());
}
