#include <algorithm>
#include <chrono>
#include <stdexcept>

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "messages/limits.hpp"
#include "net/frames/frame.hpp"
#include "net/frames/seal.hpp"
#include "net/rng.hpp"
#include "tests/net/keys.hpp"

using namespace scalesmall;

namespace {

std::shared_ptr<key_store> store_of(const std::vector<key_ptr>& ring) {
  return std::make_shared<key_store>(key_ring{ring});
}

frame_codec codec_with(const std::vector<key_ptr>& ring, const std::string& cluster = {}) {
  return frame_codec{cluster, store_of(ring)};
}

using answer = result<bytes>;

const bytes body{1, 2, 3};

const std::string zeros(56, '0');

}  // namespace

TEST_CASE("a sealed frame opens with its key and cluster, and with no other") {
  const auto key = keys::nth(1);
  CHECK(rc::check("unwrap(wrap(body)) = body", [&](const bytes& x, const std::string& cluster) {
    const auto frame = codec_with({key}, cluster).wrap(x);
    RC_ASSERT(frame.size() <= frame_header_bytes + x.size() + seal_bytes + seal_time_bytes);
    RC_ASSERT(codec_with({key}, cluster).unwrap(frame) == answer{x});
  }));
  const bytes dull(100'000, 7);
  const auto frame = codec_with({key}).wrap(dull);
  CHECK(frame.size() < 6'000);
  CHECK(codec_with({key}).unwrap(frame) == answer{dull});
  const auto header = read_frame_header(frame).value();
  CHECK(header.sealed);
  CHECK(header.key_id == key->id());

  CHECK(frame_codec{}.unwrap(frame) == answer{fault::unknown_key});
  CHECK(codec_with({keys::nth(2)}).unwrap(frame) == answer{fault::unknown_key});
  CHECK(codec_with({key}, "blue").unwrap(frame) == answer{fault::bad_seal});
}

TEST_CASE("a body and its seal together are limited") {
  const auto codec = codec_with({keys::nth(1)});
  rng random{1};
  bytes noise(limits::body_bytes_max - seal_bytes - seal_time_bytes);
  for (auto& byte : noise) byte = static_cast<std::uint8_t>(random.next());
  CHECK(codec.unwrap(codec.wrap(noise)) == answer{noise});
  noise.push_back(0);
  CHECK_THROWS_AS((void)codec.wrap(noise), std::length_error);
}

TEST_CASE("two sealed frames of one body have only the header in common") {
  const auto codec = codec_with({keys::nth(1)});
  const auto one = codec.wrap(body);
  const auto other = codec.wrap(body);
  CHECK(std::equal(one.begin(), one.begin() + frame_header_bytes, other.begin()));
  CHECK_FALSE(
      std::equal(one.begin() + frame_header_bytes, one.end(), other.begin() + frame_header_bytes));
}

TEST_CASE("a change of any bit of a sealed frame is detected") {
  const auto good = codec_with({keys::nth(1)}, "c").wrap(bytes(300, 'x'));
  for (std::size_t bit = 0; bit < good.size() * 8; ++bit) {
    CAPTURE(bit);
    auto frame = good;
    frame[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
    CHECK_FALSE(codec_with({keys::nth(1)}, "c").unwrap(frame));
  }
  for (std::size_t size = 0; size < good.size(); ++size) {
    CHECK(codec_with({keys::nth(1)}, "c").unwrap(bytes_view{good}.first(size)) ==
          answer{fault::truncated});
  }
}

TEST_CASE("a sealed frame shorter than a seal is truncated") {
  for (std::size_t size = 0; size < seal_bytes; ++size) {
    bytes frame;
    write_frame_header({.sealed = true, .body_size = size, .key_id = keys::nth(1)->id()}, frame);
    frame.resize(frame.size() + size);
    CHECK(codec_with({keys::nth(1)}).unwrap(frame) == answer{fault::truncated});
  }
}

TEST_CASE("every key with the id of the frame is tried") {
  const auto first = parse_key("0000e5e0" + zeros);
  const auto second = parse_key("0001f39b" + zeros);
  REQUIRE(first->id() == second->id());
  REQUIRE(first->fingerprint() != second->fingerprint());
  const auto frame = codec_with({second}).wrap(body);
  CHECK(codec_with({first, second}).unwrap(frame) == answer{body});
  CHECK(codec_with({second, first}).unwrap(frame) == answer{body});
  CHECK(codec_with({first}).unwrap(frame) == answer{fault::bad_seal});
}

TEST_CASE("a node that seals accepts plain frames only if told to") {
  const auto plain = frame_codec{}.wrap(body);
  const auto keys = store_of({keys::nth(1)});
  CHECK(frame_codec{{}, keys}.unwrap(plain) == answer{fault::not_sealed});
  CHECK(frame_codec({}, keys, plain_frames::accepted).unwrap(plain) == answer{body});
  CHECK(frame_codec("blue", keys, plain_frames::accepted).unwrap(plain) ==
        answer{fault::wrong_cluster});
}

TEST_CASE("a node with keys but no primary key reads both kinds and sends plain frames") {
  const auto keys = std::make_shared<key_store>();
  const frame_codec codec{{}, keys};
  const auto sealed = codec_with({keys::nth(1)}).wrap(body);
  CHECK(codec.unwrap(sealed) == answer{fault::unknown_key});
  CHECK(keys->add({keys::nth(1)}));
  CHECK_FALSE(codec.seals());
  CHECK(codec.unwrap(sealed) == answer{body});
  CHECK(codec.unwrap(frame_codec{}.wrap(body)) == answer{body});
  CHECK_FALSE(read_frame_header(codec.wrap(body))->sealed);
  CHECK(keys->use(keys::nth(1)->fingerprint()));
  CHECK(codec.seals());
  CHECK(read_frame_header(codec.wrap(body))->sealed);
  CHECK(codec.unwrap(frame_codec{}.wrap(body)) == answer{fault::not_sealed});
}

TEST_CASE("a sealed frame is accepted once") {
  const auto keys = store_of({keys::nth(1)});
  const frame_codec receiver{{}, keys};
  const auto copy = receiver;
  const auto frame = receiver.wrap(body);
  CHECK(receiver.unwrap(frame) == answer{body});
  CHECK(receiver.unwrap(frame) == answer{fault::replayed});
  CHECK(copy.unwrap(frame) == answer{fault::replayed});
  CHECK(receiver.unwrap(receiver.wrap(body)) == answer{body});
  // Another node has a memory of its own.
  CHECK(frame_codec{{}, keys}.unwrap(frame) == answer{body});
}

TEST_CASE("a sealed frame opens for as long as it may be on its way, whichever clock is ahead") {
  using namespace std::chrono_literals;
  constexpr auto skew = 30s;
  const auto keys = store_of({keys::nth(1)});
  std::chrono::milliseconds sent = 1'000'000s;
  std::chrono::milliseconds here = sent;
  const frame_codec sender{{}, keys, plain_frames::refused, {[&] { return sent; }, skew}};
  const auto after = [&](std::chrono::milliseconds wait) {
    const frame_codec receiver{{}, keys, plain_frames::refused, {[&] { return here; }, skew}};
    sent += 1h;
    here = sent + wait;
    const auto outcome = receiver.unwrap(sender.wrap(body));
    here = sent;
    return outcome;
  };
  CHECK(after(0s) == answer{body});
  CHECK(after(-skew) == answer{body});
  CHECK(after(-skew - 1ms) == answer{fault::wrong_time});
  CHECK(after(skew + frame_codec::age_max) == answer{body});
  CHECK(after(skew + frame_codec::age_max + 1ms) == answer{fault::wrong_time});
}

TEST_CASE("a sealed frame from before the reader's start opens only if clocks may explain it") {
  using namespace std::chrono_literals;
  constexpr auto skew = 30s;
  const auto keys = store_of({keys::nth(1)});
  std::chrono::milliseconds now = 1'000'000s;
  const frame_clock clock{[&] { return now; }, skew};
  const frame_codec sender{{}, keys, plain_frames::refused, clock};
  const auto first = sender.wrap(body);
  now += 1ms;
  const auto second = sender.wrap(body);
  now += skew;
  const frame_codec receiver{{}, keys, plain_frames::refused, clock};
  CHECK(receiver.unwrap(first) == answer{fault::wrong_time});
  const auto opened = receiver.open(second);
  REQUIRE(opened);
  CHECK(opened->from_before);
  CHECK_FALSE(receiver.open(sender.wrap(body))->from_before);
}
