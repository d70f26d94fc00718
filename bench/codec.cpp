#include "messages/codec/codec.hpp"

#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>

#include "bench/stopwatch.hpp"
#include "net/frames/frame.hpp"
#include "net/frames/seal.hpp"
#include "net/rng.hpp"
#include "tests/support/sample_gossip.hpp"

// Sizes and times of a whole group as one frame, plain and sealed, of one small change, and of a
// frame of 200 bytes. Times are the best of many runs.

using namespace scalesmall;

namespace {

std::shared_ptr<const key_store> sealing_keys() {
  return std::make_shared<const key_store>(key_ring{{parse_key(generate_key())}});
}

/// Nanoseconds to make the frame of a gossip and to read it. A codec opens a sealed frame only once
/// (replay guard), so each run has its own codec.
struct times {
  double out_ns;
  double in_ns;
};

times measure(const gossip& x, const std::shared_ptr<const key_store>& keys) {
  const frame_codec codec{{}, keys};
  const auto frame = codec.wrap(encode(x));
  return {bench::best_ns([&] { bench::keep(codec.wrap(encode(x))); }), bench::best_ns([&] {
            bench::keep(decode(frame_codec({}, keys).unwrap(frame).value()).value());
          })};
}

void report(const std::string& group, const gossip& x) {
  const auto body = encode(x);
  const auto plain = measure(x, std::make_shared<const key_store>());
  const auto sealed = measure(x, sealing_keys());
  std::printf(
      "group=%s body_bytes=%zu frame_bytes=%zu sealed_frame_bytes=%zu encode_and_wrap_us=%.2f "
      "unwrap_and_decode_us=%.2f encode_and_seal_us=%.2f open_and_decode_us=%.2f\n",
      group.c_str(), body.size(), frame_codec{}.wrap(body).size(),
      frame_codec{{}, sealing_keys()}.wrap(body).size(), plain.out_ns / 1'000, plain.in_ns / 1'000,
      sealed.out_ns / 1'000, sealed.in_ns / 1'000);
}

/// A frame of 200 bytes in all with random content, which compression does not make smaller.
void report_small_frame() {
  const auto keys = sealing_keys();
  const frame_codec codec{{}, keys};
  rng random{1};
  bytes body(200 - frame_header_bytes - seal_bytes);
  for (auto& byte : body) byte = static_cast<std::uint8_t>(random.next());
  const auto frame = codec.wrap(body);
  const auto seal_ns = bench::best_ns([&] { bench::keep(codec.wrap(body)); });
  const auto open_ns =
      bench::best_ns([&] { bench::keep(frame_codec({}, keys).unwrap(frame).value()); });
  std::printf("frame_bytes=%zu seal_us=%.2f open_us=%.2f\n", frame.size(), seal_ns / 1'000,
              open_ns / 1'000);
}

}  // namespace

int main() {
  for (const std::uint32_t n : {2, 10, 100, 1'000})
    report("regular_" + std::to_string(n), samples::regular_group(n));
  for (const std::uint32_t n : {2, 10, 100, 1'000})
    report("random_" + std::to_string(n), samples::random_group(n, 1));
  report("small_update", samples::small_update());
  report_small_frame();
}
