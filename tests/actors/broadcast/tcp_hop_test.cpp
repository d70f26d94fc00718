#include "actors/broadcast/tcp_hop.hpp"

#include <algorithm>
#include <memory>
#include <string>

#include <doctest/doctest.h>

#include "actors/arrival/seen_broadcasts.hpp"
#include "messages/codec/codec.hpp"
#include "messages/limits.hpp"
#include "net/rng.hpp"
#include "tests/actors/names.hpp"

using namespace scalesmall;
using namespace scalesmall::names;

namespace {

const frame_codec codec;

/// A group of so many members with so many random ranges each: nothing that compresses away.
message group_of(std::size_t members, std::size_t ranges, rng random = rng{1}) {
  message group{"g", {}, {}};
  for (std::size_t i = 0; i < members; ++i) {
    const net_id member{ip_address::v4(10, 0, static_cast<std::uint8_t>(i / 250),
                                       static_cast<std::uint8_t>(i % 250)),
                        29999};
    group.time.advance({member, {1000, 7}});
    for (std::size_t k = 0; k < ranges; ++k) {
      const auto start = static_cast<std::uint32_t>(random.next());
      const auto end = static_cast<std::uint32_t>(random.between(start, UINT32_MAX));
      group.items.put(add(member, {1000, 7}, {start, end}));
    }
  }
  return group;
}

message joined(const std::vector<payload>& pieces) {
  message all{"g", {}, {}};
  for (const auto& piece : pieces) {
    for (const auto& x : piece.messages) merge(all, x);
  }
  return all;
}

}  // namespace

TEST_CASE("what fits a datagram is one") {
  const auto pieces = split_for_datagrams({{}, {group_of(3, 2)}, {}}, codec);
  REQUIRE(pieces);
  CHECK(pieces->size() == 1);
}

TEST_CASE("an empty payload is a datagram too: the hello") {
  const auto pieces = split_for_datagrams({}, codec);
  REQUIRE(pieces);
  CHECK(pieces->size() == 1);
}

TEST_CASE("what does not fit is split into complete messages, each within the datagram") {
  const auto group = group_of(200, 3);
  const auto pieces = split_for_datagrams({{}, {group}, {}}, codec);
  REQUIRE(pieces);
  CHECK(pieces->size() > 1);
  CHECK(joined(*pieces) == group);
  for (const auto& piece : *pieces) {
    CHECK(datagram_of({nth(1), 1}, {}, piece, codec).frame.size() <= limits::datagram_bytes_max);
    for (const auto& x : piece.messages) {
      for (const auto& clock : x.time.clocks()) CHECK(x.items.row(clock.member).size() == 3);
    }
  }
}

TEST_CASE("many groups are split between them") {
  payload what;
  for (int i = 0; i < 100; ++i) {
    auto group = group_of(2, 2, rng{static_cast<std::uint64_t>(i)});
    group.group_name = "a group with a longer name " + std::to_string(100 + i);
    what.messages.push_back(std::move(group));
  }
  const auto pieces = split_for_datagrams(what, codec);
  REQUIRE(pieces);
  std::vector<message> all;
  for (const auto& piece : *pieces)
    all.insert(all.end(), piece.messages.begin(), piece.messages.end());
  CHECK(all == what.messages);
}

TEST_CASE("a row that is too large alone goes by TCP only") {
  CHECK_FALSE(split_for_datagrams({{}, {group_of(1, 1000)}, {}}, codec));
  CHECK(split_for_stream({{}, {group_of(1, 1000)}, {}}).size() == 1);
}

TEST_CASE("a large answer goes in pieces that all belong to the exchange, with one digest") {
  const auto group = group_of(1000, 40);
  const digest ask{exchange::answer, {{"g", {{nth(1), {1, 1}}}}}};
  const auto pieces = split_for_stream({{}, {group}, ask});
  CHECK(pieces.size() > 1);
  CHECK(joined(pieces) == group);
  CHECK(pieces[0].summary == ask);
  for (std::size_t i = 1; i < pieces.size(); ++i)
    CHECK(pieces[i].summary == digest{exchange::answer, {}});
}

TEST_CASE("hops are acknowledged by their numbers, exchanges and acknowledgements not") {
  const gossip hop{{nth(2), 5}, {}, {}, {}, {group_of(1, 1)}, {}};
  CHECK(is_acknowledged(hop));
  CHECK_FALSE(is_acknowledged({{nth(2), 5}, {}, {}, {}, {}, digest{}}));
  const auto body = codec.unwrap(acknowledgement(nth(1), {9, 5, 9}, codec));
  REQUIRE(body);
  const auto told = decode(*body);
  REQUIRE(told);
  CHECK(told->current_id == broadcast_id{nth(1), 0});
  CHECK(told->acknowledged == std::vector<std::uint64_t>{5, 9});
  CHECK_FALSE(is_acknowledged(*told));
}

TEST_CASE("a relay passes on under its own id and names where the news come from") {
  const gossip heard{{nth(2), 5}, {}, {{nth(3), 9}}, {nth(4)}, {group_of(1, 1)}, {}};
  const auto what = relayed(heard);
  CHECK(what.other_ids == std::vector<broadcast_id>{{nth(2), 5}, {nth(3), 9}});
  CHECK(what.messages == heard.messages);
}

TEST_CASE(
    "a hop is what its receiver decodes, and goes to the next of its half if its target is dead") {
  const auto what = std::make_shared<payload>(payload{{}, {group_of(1, 1)}, {}});
  const tcp_hop hop{{nth(1), 3}, {{nth(2), 8}}, what, {nth(5), {nth(9), nth(7)}}};
  const auto body = codec.unwrap(codec.wrap(encode(gossip_of(hop))));
  REQUIRE(body);
  const auto seen = decode(*body);
  REQUIRE(seen);
  CHECK(*seen == gossip{{nth(1), 3}, {{nth(2), 8}}, {}, {nth(7), nth(9)}, what->messages, {}});

  const auto next = hand_over(hop);
  REQUIRE(next);
  CHECK(next->id == hop.id);
  CHECK(next->to.rest.size() == 1);
  const auto last = hand_over(*next);
  REQUIRE(last);
  CHECK(last->to.rest.empty());
  CHECK(hand_over(*last) == nullptr);
}

TEST_CASE("each frame of a broadcast has its own number, so none is taken for another") {
  const std::vector<payload> frames{{{}, {group_of(1, 1)}, {}}, {{}, {group_of(2, 1)}, {}}};
  const std::vector<assignment> to{{nth(2), {nth(4)}}, {nth(3), {}}};
  const auto hops = hops_of(frames, {nth(1), 10}, 5, {{nth(2), 6}}, to);
  REQUIRE(hops.size() == 4);
  CHECK(hops[1]->id.seqno == 13);
  CHECK(hops[3]->id.seqno == 14);
  CHECK(hops[3]->to == to[1]);
  CHECK(hops[3]->seen_ids == std::vector<broadcast_id>{{nth(2), 6}});
  CHECK(hops[3]->what->messages == frames[1].messages);
  seen_broadcasts by_2;
  CHECK_FALSE(by_2.note(gossip_of(*hops[0])).again);
  CHECK_FALSE(by_2.note(gossip_of(*hops[2])).again);
  CHECK(by_2.note(gossip_of(*hops[2])).again);
}

TEST_CASE("what is cut for the stream is cut for datagrams at least as often") {
  for (const std::size_t members : {1, 200, 8'000}) {
    const payload all{{}, {group_of(members, 2)}, {}};
    const auto datagrams = split_for_datagrams(all, codec);
    REQUIRE(datagrams);
    CHECK(datagrams->size() >= split_for_stream(all).size());
  }
}

TEST_CASE("what is just passed on leaves room for what a relay adds") {
  gossip heard{{nth(2), 5}, {}, {}, {}, {}, {}};
  for (std::uint64_t n = 0; n < limits::peers_max; ++n)
    heard.distribution_list.push_back({ip_address::from_halves(n * 0x9e3779b97f4a7c15, n), 1});
  std::ranges::sort(heard.distribution_list);
  for (std::uint64_t n = 0; n < 1'000; ++n) heard.other_ids.push_back({nth(3), n});
  rng random{1};
  SUBCASE("one row") {
    std::vector<timed_item> items;
    for (std::uint32_t n = 0; n < limits::row_items_max; ++n)
      items.push_back(
          add(nth(7), {1000, static_cast<std::uint32_t>(random.next())},
              {n * 20'000, static_cast<std::uint32_t>(random.between(n * 20'000, UINT32_MAX))}));
    heard.messages = {
        {"g", {{nth(7), {1000, 7}}}, timed_set::from_sorted(std::move(items)).value()}};
  }
  SUBCASE("many names") {
    for (std::size_t n = 0; n < hop_entries_max; ++n)
      heard.messages.push_back(
          {std::to_string(100'000 + n) + std::string(249, 'x'), {}, {}, {}, key_set::none()});
  }
  SUBCASE("a message of a program") {
    heard.application =
        application_batch{{nth(2), 5}, "g", "t", {}, bytes(limits::message_bytes_max)};
    heard.application->sizes.assign(limits::batch_messages_max, 0);
    heard.application->sizes[0] = limits::message_bytes_max;
    for (auto& x : heard.application->content) x = static_cast<std::uint8_t>(random.next());
  }
  REQUIRE(fits_relay(heard));
  auto what = relayed(heard);
  if (heard.application)
    what.application = std::make_shared<const application_batch>(*heard.application);
  std::vector<broadcast_id> seen;
  for (std::uint8_t n = 1; n <= 100; ++n) seen.push_back({nth(n), n});
  auto list = heard.distribution_list;
  const auto pieces = split_for_stream(what);
  CHECK(pieces.size() == 1);
  for (const auto& hop : hops_of(pieces, {nth(1), 1}, 1, seen, {{nth(8), list}}))
    CHECK_NOTHROW((void)encode(gossip_of(*hop)));

  if (heard.application) {
    heard.application->content.push_back(0);
    heard.application->sizes[1] = 1;
  } else if (heard.messages.size() > 1) {
    heard.messages.push_back({"z", {}, {}});
  } else {
    heard.messages[0].items.put(add(nth(7), {1000, 7}, {UINT32_MAX, UINT32_MAX}));
  }
  CHECK_FALSE(fits_relay(heard));
}

TEST_CASE("a long digest goes by itself, before the rows") {
  digest asks{exchange::answer, {}};
  for (std::size_t n = 0; n < 10'000; ++n)
    asks.groups.push_back({std::to_string(100'000 + n), {}, digest_scope::hash, n});
  const auto group = group_of(3, 2);
  const auto pieces = split_for_stream({{}, {group}, asks});
  REQUIRE(pieces.size() == 2);
  CHECK(pieces[0].summary == asks);
  CHECK(pieces[0].messages.empty());
  CHECK(pieces[1].summary == digest{exchange::answer, {}});
  CHECK(pieces[1].messages == std::vector{group});
}

TEST_CASE("a list of nodes that do not exist is given up") {
  auto next = std::make_shared<const tcp_hop>(tcp_hop{{nth(1), 1}, {}, nullptr, {nth(2), {}}});
  auto many = *next;
  for (int i = 0; i < 2 * hop_failures_max; ++i) many.to.rest.push_back(nth(3));
  next = std::make_shared<const tcp_hop>(many);
  int handed_over = 0;
  while ((next = hand_over(*next))) ++handed_over;
  CHECK(handed_over == hop_failures_max);
}

TEST_CASE("no frame is longer than its bound") {
  rng random{1};
  for (int i = 0; i < 500; ++i) {
    payload what;
    what.messages.push_back(group_of(random.below(9), random.below(4), rng{random.next()}));
    auto& x = what.messages[0];
    const auto others = group_of(random.below(9), 0);
    for (const auto& clock : others.time.clocks())
      x.since.advance({clock.member, {1000, static_cast<std::uint32_t>(random.below(7))}});
    for (const auto& clock : std::vector(x.since.clocks().begin(), x.since.clocks().end())) {
      if (!x.time.at(clock.member)) x.since.erase(clock.member);
    }
    for (std::uint64_t n = random.below(5); n > 0; --n) {
      const net_id member{ip_address::from_halves(random.next(), random.next()), 1};
      const auto incarnation = static_cast<std::uint32_t>(random.between(1, UINT32_MAX));
      x.items.put(rmv(member, {incarnation, UINT32_MAX}, {0, UINT32_MAX}, UINT16_MAX));
      what.other_ids.push_back({member, random.next()});
    }
    std::ranges::sort(what.other_ids);
    const auto frame = datagram_of({nth(1), random.next()}, {}, what, codec).frame;
    CHECK(frame.size() <= frame_bytes_bound(what));
    payload batch;
    batch.application = std::make_shared<const application_batch>(
        application_batch{{nth(1), random.next()}, "g", "tag", {300}, bytes(300, 'x')});
    CHECK(datagram_of({nth(1), 1}, {}, batch, codec).frame.size() <= frame_bytes_bound(batch));
  }
}

TEST_CASE("a gossip that says nothing and is acknowledged is a probe") {
  gossip x;
  x.current_id = {nth(1), probe_number};
  CHECK(is_probe(x));
  SUBCASE("an acknowledgement") { x.acknowledged = {7}; }
  SUBCASE("a step of an exchange") { x.summary = digest{exchange::request, {}}; }
  SUBCASE("others are to be served") { x.distribution_list = {nth(2)}; }
  SUBCASE("it brings other broadcasts") { x.other_ids = {{nth(2), 1}}; }
  SUBCASE("it tells whom its sender hears") { x.seen_ids = {{nth(2), 1}}; }
  CHECK(!is_probe(x));
}
