#include "messages/codec.hpp"

#include <cstdint>
#include <cstdio>
#include <string>

#include "bench/stopwatch.hpp"
#include "net/frame.hpp"
#include "tests/support/sample_gossip.hpp"

// Sizes and times of whole groups as one frame, and of one small change. Times are the best of many
// runs.

using namespace scalesmall;

namespace {

void report(const std::string& group, const gossip& x) {
  const frame_codec codec;
  const auto body = encode(x);
  const auto frame = codec.wrap(body);
  const auto out_ns = bench::best_ns([&] { bench::keep(codec.wrap(encode(x))); });
  const auto in_ns =
      bench::best_ns([&] { bench::keep(decode(codec.unwrap(frame).value()).value()); });
  std::printf(
      "group=%s body_bytes=%zu frame_bytes=%zu encode_and_wrap_us=%.2f unwrap_and_decode_us=%.2f\n",
      group.c_str(), body.size(), frame.size(), out_ns / 1'000, in_ns / 1'000);
}

}  // namespace

int main() {
  for (const std::uint32_t n : {2, 10, 100, 1'000})
    report("regular_" + std::to_string(n), samples::regular_group(n));
  for (const std::uint32_t n : {2, 10, 100, 1'000})
    report("random_" + std::to_string(n), samples::random_group(n, 1));
  report("small_update", samples::small_update());
}
