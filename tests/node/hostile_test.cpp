// Hostile hosts that tell a node what is not so.

#include <algorithm>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "actors/topology/anti_entropy.hpp"
#include "messages/codec/byte_stream.hpp"
#include "net/frames/framer.hpp"
#include "tests/node/stranger.hpp"

using namespace scalesmall;
using namespace std::chrono_literals;
using names::nth;

namespace {

constexpr std::uint32_t life = 1'000;  // of an invented node

}  // namespace

TEST_CASE("false claims for a node are refuted by that node") {
  world w;
  w.start(1);
  w.start(2, {nth(1)});
  REQUIRE(w.add_item(1, "g", {1, 2}));
  w.advance(10ms);
  const auto mine = w[1].topology("g");
  REQUIRE(mine.size() == 2);
  stranger x{w};
  auto lie = mine[1];
  lie.at.counter += 50;
  lie.item.port = 666;
  x.say(frame_with({{nth(9), 1}, {}, {}, {nth(2)}, {{"g", {{nth(1), lie.at}}, {lie}}}, {}}));
  w.advance(2s);
  for (const std::uint8_t n : {1, 2}) {
    const auto served = w[n].topology("g", op::add);
    REQUIRE(served.size() == 1);
    CHECK(served[0].item == mine[1].item);
  }
}

TEST_CASE("batches forged under a node's numbers do not suppress its own messages") {
  world w;
  w.start(1);
  w.start(2, {nth(1)});
  REQUIRE(w.join(1, "g"));
  REQUIRE(w.join(2, "g"));
  w.advance(3s, 5ms);
  std::vector<std::string> heard;
  w.on_message(1, "chat", [&](const application_message& x) {
    heard.emplace_back(x.content.begin(), x.content.end());
  });

  const auto life = std::uint64_t{w[2].topology("g").front().at.incarnation} << 32;
  stranger x{w};
  for (const std::uint32_t n : {1U, 2U, 100'000U, UINT32_MAX}) {
    gossip lie;
    lie.current_id = {nth(9), n};
    lie.application = application_batch{{nth(2), life + n}, "g", "chat", {3}, {'l', 'i', 'e'}};
    x.say(frame_with(lie));
  }
  w.run();
  CHECK(heard == std::vector<std::string>(4, "lie"));
  for (const char truth : {'a', 'b'}) {
    REQUIRE(w[2].broadcast("g", "chat", bytes{static_cast<std::uint8_t>(truth)}));
    w.advance(20ms);
  }
  CHECK(std::vector(heard.begin() + 4, heard.end()) == std::vector<std::string>{"a", "b"});
}

TEST_CASE("a multicast that comes twice is acknowledged all the same") {
  world w;
  w.start(1, {}, true);
  REQUIRE(w.join(1, "g"));
  w.advance(10ms);
  const auto net = w.wire.host(nth(9));
  const auto port = net->multicast(
      {.group = node_config{}.multicast_group, .interface = nth(9).address}, [](port_event) {});
  REQUIRE(port);
  for (const std::uint32_t number : {7U, 9U, 8U}) {
    gossip x;
    x.current_id = {nth(9), number};
    x.application = application_batch{x.current_id, "g", "unheard of", {1}, {'x'}};
    for (int i = 0; i < 2; ++i) CHECK_FALSE((*port)->send(frame_with(x)));
  }
  w.run();
  CHECK(w[1].counts().messages_unknown_tag > 0);
  w.advance(1s);
  CHECK(all_live(w[1]));
}

// A newcomer is announced by a row and by a part of no keys: more is known of its being a member.
TEST_CASE("a peer that is interested in no keys is told of a newcomer in one message") {
  world w;
  w.start(1);
  w.start(2, {nth(1)});
  REQUIRE(w.join(1, "g"));
  const auto told = [&](std::uint8_t sender, std::uint32_t number, message what) {
    return frame_with({{nth(sender), number}, {}, {}, {}, {std::move(what)}, {}});
  };
  const auto is_one = [](std::uint8_t n, std::uint32_t counter) {
    return message{"g", {{nth(n), {life, counter}}}, {}, {}, key_set::none()};
  };
  stranger x{w};
  for (std::uint8_t n = 20; n < 30; ++n) {
    const std::uint32_t number = 10U * n;
    x.say(told(9, number, {"g", {{nth(8), {life, 1}}}, {}}));
    x.say(told(9, number + 1, is_one(8, 2)));
    x.say(told(n, 1, {"g", {{nth(n), {life, 1}}}, {names::get(nth(n), {life, 1})}}));
    x.say(told(9, number + 2, is_one(n, 2)));
    w.run();
    stranger newcomer{w, n};
    newcomer.say(frame_with({{nth(n), 2}, {}, {}, {}, {}, digest{exchange::request, {}}}));
    w.advance(10ms);
  }
  CHECK(w[1].members("g").size() == 12);
  CHECK(all_live(w[1]));
  CHECK(serves(w));
}

TEST_CASE("what is just within a limit is not relayed or acknowledged, but counted") {
  world w;
  w.start(1);
  w.start(2, {nth(1)});
  stranger x{w};
  gossip said{{nth(9), 5}, {}, {}, {nth(2)}, {}, {}};
  SUBCASE("entries") {
    said.distribution_list = {nth(9)};
    std::vector<timed_item> claims;
    for (std::uint32_t n = 0; n < limits::frame_entries_max - 4; ++n)
      claims.push_back(names::add(nth(9), {life, 1}, {n, n}));
    said.messages = {
        {"g", {{nth(9), {life, 1}}}, timed_set::from_sorted(std::move(claims)).value()}};
  }
  SUBCASE("ids") {
    said.distribution_list.clear();
    for (std::uint64_t n = 1; n < limits::net_ids_max; ++n)
      said.distribution_list.push_back({ip_address::from_halves(1, n), 1});
    said.messages = {{"g", {{nth(9), {life, 1}}}, {}}};
  }
  SUBCASE("bytes") {
    said.application = application_batch{said.current_id, "g", "t", {0}, {}};
    auto& batch = *said.application;
    batch.content.resize(limits::body_bytes_max - 100);
    batch.sizes[0] = static_cast<std::uint32_t>(batch.content.size());
    batch.content.resize(limits::body_bytes_max - 100 + limits::body_bytes_max -
                         encode(said).size());
    batch.sizes[0] = static_cast<std::uint32_t>(batch.content.size());
    REQUIRE(encode(said).size() == limits::body_bytes_max);
  }
  x.say(frame_with(said));
  said = {{nth(9), 6}, {}, {}, {}, {{"h", {{nth(9), {life, 1}}}, {}}}, {}};
  x.say(frame_with(said));
  w.advance(3s, 10ms);
  CHECK(all_live(w[1]));
  CHECK(w[1].counts().hops_refused + w[1].counts().batches_refused == 1);
  CHECK(x.acknowledged == std::vector<std::uint64_t>{6});
  CHECK(serves(w));
}

TEST_CASE("a request of the greatest length is answered in parts") {
  world w;
  w.start(1);
  w.start(2, {nth(1)});
  stranger x{w};
  gossip request{{nth(9), 5}, {}, {}, {}, {}, digest{exchange::request, {}, true}};
  for (std::size_t n = 0; n < 30'000; ++n)
    request.summary->groups.push_back(
        {"h" + std::to_string(100'000 + n) + std::string(248, 'x'), {}, digest_scope::hash, n});
  x.say(frame_with(request));
  w.advance(3s, 10ms);
  CHECK(all_live(w[1]));
  CHECK(w[1].counts().groups_left_out == 0);
  CHECK(w[1].counts().answers_refused == 0);
  CHECK(serves(w));
}

TEST_CASE("a newcomer is told more than one part of an answer holds in one exchange") {
  world w;
  w.start(1);
  stranger x{w};
  constexpr std::uint32_t claims = 12'000;
  for (const std::string group : {"a", "b", "c", "d"}) {
    std::vector<timed_item> row;
    for (std::uint32_t n = 0; n < claims; ++n) row.push_back(names::add(nth(8), {life, 1}, {n, n}));
    message told{group, {{nth(8), {life, 1}}}, timed_set::from_sorted(std::move(row)).value()};
    x.say(frame_with({{nth(9), 10U + group[0]}, {}, {}, {}, {std::move(told)}, {}}));
  }
  w.advance(1s, 100ms);
  REQUIRE(served(w, 1, "d") == claims);
  static_assert(4 * claims > 2 * answer_part_entries);
  w.start(3, {nth(1)});
  w.advance(500ms, 10ms);
  for (const std::string group : {"a", "b", "c", "d"}) CHECK(served(w, 3, group) == claims);
  CHECK(w[1].counts().answers_refused == 0);
  CHECK(all_live(w[1]));
}
