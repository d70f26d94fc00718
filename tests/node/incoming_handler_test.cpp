#include <cstddef>
#include <cstdint>

#include <doctest/doctest.h>

#include "messages/codec/byte_stream.hpp"
#include "messages/limits.hpp"
#include "net/rng.hpp"
#include "tests/node/stranger.hpp"

using namespace scalesmall;
using namespace std::chrono_literals;
using names::nth;

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
