// Hostile hosts that connect to a node. In every case the node counts what it drops and goes on
// serving others.

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "messages/codec/byte_stream.hpp"
#include "messages/codec/codec.hpp"
#include "messages/limits.hpp"
#include "net/frames/frame.hpp"
#include "net/frames/framer.hpp"
#include "net/rng.hpp"
#include "tests/node/world.hpp"

using namespace scalesmall;
using namespace std::chrono_literals;
using names::nth;

namespace {

/// A host that is no node, with one connection to node 1.
class stranger {
public:
  explicit stranger(world& w, std::uint8_t n = 9) : net_(w.wire.host(nth(n))) {
    stream_ = net_->connect(nth(1), 2s, [this](port_event event) {
      opened = opened || std::holds_alternative<port_opened>(event);
      gone = gone || std::holds_alternative<port_closed>(event) ||
             std::holds_alternative<port_error>(event);
      if (const auto* chunk = std::get_if<port_data>(&event)) hear(chunk->data);
    });
    stream_->grant(10);
    w.run();
  }

  void say(bytes what) { (void)stream_->send(std::move(what)); }

  bool opened = false;
  bool gone = false;
  std::vector<std::uint64_t> acknowledged;

private:
  void hear(const bytes& chunk) {
    std::vector<bytes> frames;
    REQUIRE(framer_.feed(chunk, frames));
    for (const auto& frame : frames) {
      const auto told = decode(frame_codec{}.unwrap(frame).value()).value();
      acknowledged.insert(acknowledged.end(), told.acknowledged.begin(), told.acknowledged.end());
    }
    stream_->grant(1);
  }

  framer framer_;
  std::shared_ptr<network> net_;
  std::shared_ptr<stream_port> stream_;
};

std::uint64_t faults(const node& x, fault why) {
  return x.counts().faults[static_cast<std::size_t>(why)];
}

/// True if node 1 learns a change of node 2 within this time.
bool serves(world& w, std::chrono::milliseconds within = 50ms) {
  static std::uint32_t key = 0;
  ++key;
  if (!w.add_item(2, "g", {key, key})) return false;
  w.advance(within);
  return w[1].topology("g") == w[2].topology("g");
}

constexpr std::uint32_t life = 1'000;  // of an invented node

bool all_live(const node& x) {
  return std::ranges::all_of(x.tree(), [](const auto& entry) { return entry.restarts == 0; });
}

const frame_codec codec;

bytes frame_with(const gossip& content) { return codec.wrap(encode(content)); }

}  // namespace

TEST_CASE("bad bytes end their connection, are counted, and do no harm") {
  world w;
  w.start(1);
  w.start(2, {nth(1)});
  stranger x{w};
  REQUIRE(x.opened);
  const auto good = frame_with({{nth(9), 1}, {}, {}, {}, {}, {}});

  SUBCASE("bytes that are no frame") {
    x.say(bytes(100, 'x'));
    w.run();
    CHECK(faults(w[1], fault::bad_magic) == 1);
  }
  SUBCASE("a newer format") {
    auto frame = good;
    frame[2] = frame[3] = 200;
    x.say(frame);
    w.run();
    CHECK(faults(w[1], fault::unknown_version) == 1);
  }
  SUBCASE("a length over the limit") {
    auto frame = good;
    frame[5] = frame[6] = frame[7] = 0xff;
    x.say(frame);
    w.run();
    CHECK(faults(w[1], fault::limit_exceeded) == 1);
  }
  SUBCASE("a Snappy body that claims 1 GB") {
    frame_header header;
    header.compressed = true;
    header.body_size = 6;
    bytes frame;
    write_frame_header(header, frame);
    for (const auto byte : {0x80, 0x80, 0x80, 0x80, 0x04, 0x00}) {
      frame.push_back(static_cast<std::uint8_t>(byte));
    }
    x.say(frame);
    w.run();
    CHECK(faults(w[1], fault::limit_exceeded) + faults(w[1], fault::bad_compression) == 1);
  }
  SUBCASE("another cluster") {
    x.say(frame_codec{"another"}.wrap(encode(gossip{{nth(9), 1}, {}, {}, {}, {}, {}})));
    w.run();
    CHECK(faults(w[1], fault::wrong_cluster) == 1);
  }
  SUBCASE("an invalid body after good frames") {
    x.say(good);
    x.say(codec.wrap(bytes{0xff, 0xff, 0xff}));
    w.run();
    CHECK(w[1].counts().frames_received >= 2);
    CHECK(x.gone);
  }
  w.advance(10ms);
  CHECK(x.gone);
  CHECK(serves(w));
}

TEST_CASE("random bytes and bit flips do no harm") {
  world w;
  w.start(1);
  w.start(2, {nth(1)});
  rng random{7};
  message row{"g", {{nth(8), {5, 1}}}, {names::add(nth(8), {5, 1}, {1, 2})}};
  const auto good = frame_with({{nth(9), 1}, {{nth(8), 3}}, {}, {nth(2)}, {row}, {}});
  for (int i = 0; i < 300; ++i) {
    stranger x{w};
    auto frame = good;
    if (i % 3 == 0) {
      for (auto& byte : frame) byte = static_cast<std::uint8_t>(random.next());
    } else {
      const auto at = random.below(frame.size() * 8);
      frame[at / 8] ^= static_cast<std::uint8_t>(1U << at % 8);
    }
    if (i % 3 == 2) frame.resize(random.below(frame.size()));
    x.say(frame);
    w.run();
  }
  w.advance(50ms);
  // A node with a flipped address may be used as a relay until connecting to it has timed out.
  CHECK(serves(w, 5s));
  for (const auto& entry : w[1].tree()) CHECK(entry.restarts == 0);
}

TEST_CASE("a connection without a whole frame is closed after the idle time") {
  world w;
  w.start(1);
  w.start(2, {nth(1)});
  stranger x{w};
  SUBCASE("silence") { w.advance(59s, 100ms); }
  SUBCASE("a byte a second") {
    const auto frame =
        frame_with({{nth(9), 1}, {}, {{nth(7), 1}, {nth(8), 1}}, {nth(2), nth(3)}, {}, {}});
    bytes drip = frame;
    drip[7] = 200;  // announces a longer body than ever comes
    for (std::size_t i = 0; i < 59; ++i) {
      if (i < drip.size()) x.say({drip[i]});
      w.advance(1s, 100ms);
    }
  }
  CHECK_FALSE(x.gone);
  const auto before = w[1].counts().connections_idle.load();
  w.advance(2s, 100ms);
  CHECK(x.gone);
  CHECK(w[1].counts().connections_idle > before);
  CHECK(serves(w));
}

TEST_CASE("large frames share a budget, and a slow one is dropped when others wait") {
  world w;
  w.start(1);
  w.start(2, {nth(1)});
  REQUIRE(serves(w));
  const auto begin = [](std::size_t body_bytes) {
    bytes frame;
    write_frame_header({.body_size = body_bytes}, frame);
    frame.resize(40'000);
    return frame;
  };
  rng random{3};
  auto body = encode(gossip{{nth(9), 1}, {}, {}, {}, {}, {}});
  byte_writer more{body};
  more.varint(99);  // an unknown section
  more.varint(4'000'000);
  for (int i = 0; i < 4'000'000; ++i) body.push_back(static_cast<std::uint8_t>(random.next()));

  stranger slow{w};
  stranger other{w};
  stranger honest{w};
  slow.say(begin(limits::body_bytes_max));
  other.say(begin(limits::body_bytes_max / 2 - 100));
  w.run();
  const auto before = w[1].counts().bytes_received.load();
  const auto is_read = [&] { return w[1].counts().bytes_received - before > body.size(); };
  honest.say(codec.wrap(body));
  w.advance(3s, 100ms);
  CHECK_FALSE(is_read());
  CHECK(serves(w));
  w.advance(4s, 100ms);  // a frame of 4 MB may take 5 s
  CHECK(other.gone);
  CHECK(is_read());
  CHECK_FALSE(honest.gone);
  CHECK_FALSE(slow.gone);
  CHECK(serves(w));

  w.advance(40s, 100ms);  // no other frame waits now
  CHECK_FALSE(slow.gone);
}

TEST_CASE("a host that opens many silent connections does not keep others out") {
  world w;
  w.start(1);
  w.start(2, {nth(1)});
  REQUIRE(serves(w));
  std::vector<std::unique_ptr<stranger>> many;
  for (std::size_t i = 0; i < limits::incoming_connections_max + 100; ++i)
    many.push_back(std::make_unique<stranger>(w));
  w.advance(10ms);
  const auto gone = std::ranges::count_if(many, [](const auto& x) { return x->gone; });
  CHECK(gone >= 100);
  CHECK(gone <= 110);
  CHECK(many.front()->gone);
  CHECK_FALSE(many.back()->gone);
  CHECK(w[1].counts().connections_crowded_out.load() >= 100);

  w.start(3, {nth(1)});
  REQUIRE(w.join(3, "g"));
  w.advance(2s);
  CHECK(w.agree({1, 2, 3}, "g"));
  CHECK(serves(w));
}

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

TEST_CASE("a peer that never reads does not hold up others, and its queue is bounded") {
  world w;
  w.start(1);
  w.start(2, {nth(1)});
  // This peer accepts connections and never reads.
  const auto net = w.wire.host(nth(9));
  const auto listening = net->listen(nth(9));
  REQUIRE(listening);
  std::vector<std::shared_ptr<stream_port>> taken;
  (*listening)->own([&](port_event event) {
    if (auto* in = std::get_if<port_accepted>(&event)) taken.push_back(std::move(in->stream));
  });
  (*listening)->grant(100);
  REQUIRE(w.join(1, "g", {nth(9)}));
  w.run();
  REQUIRE(w.join(2, "g"));
  for (std::uint32_t i = 0; i < 2000; ++i) {
    REQUIRE(w.add_item(1, "g", {i, i}));
    if (i % 100 == 99) w.advance(3ms);
  }
  CHECK(!taken.empty());
  // The peer may have been the relay of the last change. Then the next exchange brings it.
  w.advance(5s, 10ms);
  CHECK(w[2].topology("g", op::add).size() == 2000);
  CHECK(w.agree({1, 2}, "g"));
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
    x.say(frame_with({{nth(n), 2}, {}, {}, {}, {}, digest{exchange::request, {}}}));
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

TEST_CASE("a request of the greatest length is answered with what fits") {
  world w;
  w.start(1);
  w.start(2, {nth(1)});
  stranger x{w};
  gossip request{{nth(9), 5}, {}, {}, {}, {}, digest{exchange::request, {}, true}};
  for (std::size_t n = 0; n < 31'000; ++n)
    request.summary->groups.push_back(
        {"h" + std::to_string(100'000 + n) + std::string(248, 'x'), {}, digest_scope::hash, n});
  x.say(frame_with(request));
  w.advance(3s, 10ms);
  CHECK(all_live(w[1]));
  CHECK(w[1].counts().groups_left_out > 0);
  CHECK(serves(w));
}
