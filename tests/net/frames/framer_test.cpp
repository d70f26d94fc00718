#include "net/frames/framer.hpp"

#include <algorithm>
#include <utility>

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "messages/limits.hpp"
#include "net/frames/frame.hpp"
#include "net/rng.hpp"

using namespace scalesmall;

namespace {

bytes header(std::size_t body_size) {
  bytes x;
  write_frame_header({.body_size = body_size, .key_id = 9}, x);
  return x;
}

}  // namespace

TEST_CASE("any slicing of a stream gives the same frames") {
  CHECK(
      rc::check("frames in = frames out", [](const std::vector<bytes>& bodies, std::uint64_t seed) {
        bytes stream;
        std::vector<bytes> sent;
        for (const auto& body : bodies) {
          sent.push_back(frame_codec{}.wrap(body));
          stream.insert(stream.end(), sent.back().begin(), sent.back().end());
        }
        rng random{seed};
        framer cutter;
        std::vector<bytes> frames;
        for (bytes_view left = stream; !left.empty();) {
          const auto size =
              random.between(0, std::min<std::size_t>(left.size(), random.chance(0.5) ? 3 : 60));
          RC_ASSERT(cutter.feed(left.first(size), frames).has_value());
          left = left.subspan(size);
        }
        RC_ASSERT(frames == sent);
        RC_ASSERT(cutter.buffered() == 0U);
      }));
}

TEST_CASE("a frame may have an empty body") {
  framer cutter;
  std::vector<bytes> frames;
  auto two = header(0);
  two.insert(two.end(), two.begin(), two.end());
  REQUIRE(cutter.feed(two, frames));
  CHECK(frames == std::vector<bytes>{header(0), header(0)});
}

TEST_CASE("a length over the limit is refused, and nothing is kept") {
  framer cutter;
  std::vector<bytes> frames;
  bytes stream{'s', 'm', 1, 1, 0, 0xff, 0xff, 0xff, 0, 0, 0, 0};
  stream.resize(60'000);
  CHECK(cutter.feed(stream, frames) == result<done>{fault::limit_exceeded});
  CHECK(cutter.buffered() == 0);
  CHECK(frames.empty());
}

TEST_CASE("memory grows with the bytes that have arrived, not with the claimed size") {
  framer cutter;
  std::vector<bytes> frames;
  REQUIRE(cutter.feed(header(limits::body_bytes_max), frames));
  REQUIRE(cutter.feed(bytes(1'000), frames));
  CHECK(cutter.buffered() == frame_header_bytes + 1'000);
  CHECK(cutter.announced() == frame_header_bytes + limits::body_bytes_max);
}

TEST_CASE("a complete frame holds no more memory than it needs") {
  framer cutter;
  std::vector<bytes> frames;
  CHECK(cutter.announced() == 0);
  REQUIRE(cutter.feed(header(5'000), frames));
  for (int i = 0; i < 5; ++i) REQUIRE(cutter.feed(bytes(1'000), frames));
  REQUIRE(frames.size() == 1);
  CHECK(frames[0].capacity() == frame_header_bytes + 5'000);
  CHECK(cutter.announced() == 0);
}

TEST_CASE("a framer may have a lower limit") {
  framer cutter{100};
  std::vector<bytes> frames;
  REQUIRE(cutter.feed(frame_codec{}.wrap(bytes{1}), frames));
  CHECK(frames.size() == 1);
  CHECK(cutter.feed(header(101), frames) == result<done>{fault::limit_exceeded});
}

TEST_CASE("after a fault the framer stays failed, and the frames before it are kept") {
  framer cutter;
  std::vector<bytes> frames;
  auto stream = frame_codec{}.wrap(bytes{1});
  const auto good = stream;
  stream.insert(stream.end(), {'n', 'o', 't', ' ', 'a', ' ', 'f', 'r', 'a', 'm', 'e', '!'});
  CHECK(cutter.feed(stream, frames) == result<done>{fault::bad_magic});
  CHECK(frames == std::vector<bytes>{good});
  CHECK(cutter.feed(good, frames) == result<done>{fault::bad_magic});
  CHECK(cutter.feed({}, frames) == result<done>{fault::bad_magic});
  CHECK(frames.size() == 1);
}

TEST_CASE("on random bytes a framer never holds more than it was fed") {
  rng random{5};
  for (int i = 0; i < 2'000; ++i) {
    framer cutter;
    std::vector<bytes> frames;
    std::size_t fed = 0;
    for (int j = 0; j < 20; ++j) {
      bytes noise(random.below(40));
      for (auto& byte : noise) byte = static_cast<std::uint8_t>(random.next());
      if (j == 0 && random.chance(0.7)) noise = header(random.below(1 << 16));
      fed += noise.size();
      (void)cutter.feed(noise, frames);
      CHECK(cutter.buffered() <= fed);
    }
  }
}
