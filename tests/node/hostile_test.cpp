// Strangers that connect to a node: in every case a counted drop, and others are served.

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "messages/codec/byte_stream.hpp"
#include "messages/codec/codec.hpp"
#include "messages/limits.hpp"
#include "net/frames/frame.hpp"
#include "net/rng.hpp"
#include "tests/node/world.hpp"

using namespace scalesmall;
using namespace std::chrono_literals;
using names::nth;

namespace {

/// Somebody who is no node, with one connection to node 1.
class stranger {
public:
  explicit stranger(world& w, std::uint8_t n = 9) : net_(w.wire.host(nth(n))) {
    stream_ = net_->connect(nth(1), 2s, [this](port_event event) {
      opened = opened || std::holds_alternative<port_opened>(event);
      gone = gone || std::holds_alternative<port_closed>(event) ||
             std::holds_alternative<port_error>(event);
    });
    stream_->grant(10);
    w.run();
  }

  void say(bytes what) { (void)stream_->send(std::move(what)); }

  bool opened = false;
  bool gone = false;

private:
  std::shared_ptr<network> net_;
  std::shared_ptr<stream_port> stream_;
};

std::uint64_t faults(const node& x, fault why) {
  return x.counts().faults[static_cast<std::size_t>(why)];
}

/// Whether a change at node 2 is known at node 1 within this time.
bool serves(world& w, std::chrono::milliseconds within = 50ms) {
  static std::uint32_t key = 0;
  ++key;
  if (!w.add_item(2, "g", {key, key})) return false;
  w.advance(within);
  return w[1].topology("g") == w[2].topology("g");
}

const frame_codec codec;

bytes frame_with(const gossip& content) { return codec.wrap(encode(content)); }

}  // namespace

TEST_CASE("bad bytes end their connection, are counted, and harm nobody") {
  world w;
  w.start(1);
  w.start(2, {nth(1)});
  stranger x{w};
  REQUIRE(x.opened);
  const auto good = frame_with({{nth(9), 1}, {}, {}, {}, {}, {}});

  SUBCASE("no frame at all") {
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
  SUBCASE("a body that is none, after good frames") {
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

TEST_CASE("random bytes and bit flips never do more than that") {
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
  CHECK(serves(w, 5s));  // a flipped address may be a relay until connecting to it has timed out
  for (const auto& entry : w[1].tree()) CHECK(entry.restarts == 0);
}

TEST_CASE("a connection that brings nothing whole is closed after the idle time") {
  world w;
  w.start(1);
  w.start(2, {nth(1)});
  stranger x{w};
  SUBCASE("silence") { w.advance(59s, 100ms); }
  SUBCASE("a byte a second") {
    const auto frame =
        frame_with({{nth(9), 1}, {}, {{nth(7), 1}, {nth(8), 1}}, {nth(2), nth(3)}, {}, {}});
    bytes drip = frame;
    drip[7] = 200;  // a longer body than will ever come
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

TEST_CASE("large frames share the room of a node, and who is slow goes when others wait") {
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
  more.varint(99);  // a section that nobody knows
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

  w.advance(40s, 100ms);  // nobody waits any longer
  CHECK_FALSE(slow.gone);
}

TEST_CASE("who opens many connections and says nothing does not keep others out") {
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

TEST_CASE("claims about other members are merged by their clocks, about this node never") {
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

TEST_CASE("who sends under the number of another takes none of its messages away") {
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

TEST_CASE("a peer that takes nothing holds up nobody, and what waits for it is bounded") {
  world w;
  w.start(1);
  w.start(2, {nth(1)});
  // It accepts connections and never reads.
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
  w.advance(
      5s, 10ms);  // it may have been the relay of the last change; then the next exchange brings it
  CHECK(w[2].topology("g", op::add).size() == 2000);
  CHECK(w.agree({1, 2}, "g"));
}
