#include "net/frames/frame.hpp"

#include <stdexcept>
#include <string>

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "messages/codec/byte_stream.hpp"
#include "messages/limits.hpp"
#include "net/rng.hpp"

using namespace scalesmall;

namespace {

bytes random_bytes(rng& random, std::size_t size) {
  bytes x(size);
  for (auto& byte : x) byte = static_cast<std::uint8_t>(random.next());
  return x;
}

/// A frame around a Snappy block that claims this many bytes.
bytes bomb(std::uint32_t claimed, const bytes& elements) {
  bytes block;
  byte_writer{block}.varint(claimed);
  block.insert(block.end(), elements.begin(), elements.end());
  bytes frame;
  write_frame_header({.compressed = true, .body_size = block.size(), .key_id = 0}, frame);
  frame.insert(frame.end(), block.begin(), block.end());
  return frame;
}

}  // namespace

TEST_CASE("a newer version is read as long as its min_version allows") {
  bytes frame = frame_codec{}.wrap(bytes{1, 2, 3});
  frame[2] = 7;
  CHECK(frame_codec{}.unwrap(frame) == result<bytes>{bytes{1, 2, 3}});
  frame[3] = 2;
  CHECK(frame_codec{}.unwrap(frame) == result<bytes>{fault::unknown_version});
}

TEST_CASE("a wrapped body unwraps, compressed only if that is smaller") {
  CHECK(rc::check("unwrap(wrap(body)) = body", [](const bytes& body, const std::string& cluster) {
    const frame_codec codec{cluster};
    const auto frame = codec.wrap(body);
    RC_ASSERT(frame.size() <= frame_header_bytes + body.size());
    RC_ASSERT(codec.unwrap(frame) == result<bytes>{body});
  }));

  const frame_codec codec;
  const bytes dull(100'000, 7);
  CHECK(codec.wrap(dull).size() < 6'000);
  CHECK(codec.unwrap(codec.wrap(dull)) == result<bytes>{dull});
  const bytes largest(limits::body_bytes_max, 7);
  CHECK(codec.unwrap(codec.wrap(largest)) == result<bytes>{largest});
  CHECK_THROWS_AS((void)codec.wrap(bytes(limits::body_bytes_max + 1)), std::length_error);
}

TEST_CASE("clusters do not read each other's frames") {
  CHECK(cluster_number("") == 0);
  CHECK(cluster_number("a") == 0xe40c292cU);
  CHECK(cluster_number("foobar") == 0xbf9cf968U);
  const auto frame = frame_codec{"red"}.wrap(bytes{1});
  CHECK(frame_codec{"red"}.unwrap(frame) == result<bytes>{bytes{1}});
  CHECK(frame_codec{"blue"}.unwrap(frame) == result<bytes>{fault::wrong_cluster});
  CHECK(frame_codec{}.unwrap(frame) == result<bytes>{fault::wrong_cluster});
}

TEST_CASE("a datagram is exactly one frame") {
  auto frame = frame_codec{}.wrap(bytes{1, 2, 3});
  for (std::size_t size = 0; size < frame.size(); ++size) {
    CHECK(frame_codec{}.unwrap(bytes_view{frame}.first(size)) == result<bytes>{fault::truncated});
  }
  frame.push_back(0);
  CHECK(frame_codec{}.unwrap(frame) == result<bytes>{fault::trailing_bytes});
}

TEST_CASE("a block that claims more than it can hold is refused") {
  CHECK(frame_codec{}.unwrap(bomb(1'000'000'000, {})) == result<bytes>{fault::limit_exceeded});
  CHECK(frame_codec{}.unwrap(bomb(UINT32_MAX, {0, 1})) == result<bytes>{fault::limit_exceeded});
  // Within the limit, but more than a block of so few bytes can hold.
  CHECK(frame_codec{}.unwrap(bomb(limits::body_bytes_max, {0, 1})) ==
        result<bytes>{fault::bad_compression});
  CHECK(frame_codec{}.unwrap(bomb(5, {0xff, 0xff})) == result<bytes>{fault::bad_compression});
  bytes no_length;
  write_frame_header({.compressed = true, .body_size = 0, .key_id = 0}, no_length);
  CHECK(frame_codec{}.unwrap(no_length) == result<bytes>{fault::bad_compression});
}

TEST_CASE("the densest block that Snappy can make is accepted") {
  // One literal byte, then copies of 64 bytes from one byte back, of 3 bytes each.
  constexpr std::uint32_t copies = 10'000;
  bytes elements{0, 'x'};
  for (std::uint32_t i = 0; i < copies; ++i) elements.insert(elements.end(), {63 << 2 | 2, 1, 0});
  CHECK(frame_codec{}.unwrap(bomb(1 + copies * 64, elements)) ==
        result<bytes>{bytes(1 + copies * 64, 'x')});
}

TEST_CASE("random and damaged bytes give a fault or a body") {
  rng random{4};
  const frame_codec codec{"c"};
  for (int i = 0; i < 20'000; ++i) {
    auto noise = random_bytes(random, random.below(64));
    (void)codec.unwrap(noise);
    if (noise.size() > frame_header_bytes) {  // past the header, into Snappy
      bytes frame;
      write_frame_header(
          {.compressed = true, .body_size = noise.size(), .key_id = cluster_number("c")}, frame);
      frame.insert(frame.end(), noise.begin(), noise.end());
      (void)codec.unwrap(frame);
    }
  }
  const auto good = codec.wrap(bytes(300, 'x'));
  for (std::size_t bit = 0; bit < good.size() * 8; ++bit) {
    auto frame = good;
    frame[bit / 8] ^= static_cast<std::uint8_t>(1 << bit % 8);
    const auto body = codec.unwrap(frame);
    // All versions 0..255 except 0 can be read. Every other bit of the header makes a difference.
    const bool newer_version = bit / 8 == 2 && frame[2] != 0;
    if (bit / 8 < frame_header_bytes && !newer_version && bit != 4 * 8) CHECK_FALSE(body);
  }
}
