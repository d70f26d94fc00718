#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <utility>

namespace scalesmall {

/// Pseudo-random numbers that depend on the seed alone, whatever the machine and the standard
/// library, so that a seed replays. xoshiro256** by Blackman and Vigna (2018), seeded by SplitMix64
/// as they advise. Not for secrets. Not thread-safe.
class rng {
public:
  explicit rng(std::uint64_t seed) noexcept {
    for (auto& word : state_) {
      seed += 0x9e3779b97f4a7c15U;
      auto z = seed;
      z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9U;
      z = (z ^ z >> 27) * 0x94d049bb133111ebU;
      word = z ^ z >> 31;
    }
  }

  /// Any 64 bits.
  [[nodiscard]] std::uint64_t next() noexcept {
    auto& s = state_;
    const auto out = std::rotl(s[1] * 5, 7) * 9;
    const auto t = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = std::rotl(s[3], 45);
    return out;
  }

  /// A number in 0..n-1, each equally likely. Throws std::invalid_argument for n = 0.
  [[nodiscard]] std::uint64_t below(std::uint64_t n) {
    if (n == 0) throw std::invalid_argument("rng::below(0)");
    // Without the first 2^64 mod n numbers, a multiple of n remains.
    const auto refused = (0 - n) % n;
    for (;;) {
      if (const auto x = next(); x >= refused) return x % n;
    }
  }

  /// A number in low..high, both included, each equally likely. Throws std::invalid_argument if low
  /// > high.
  [[nodiscard]] std::uint64_t between(std::uint64_t low, std::uint64_t high) {
    if (low > high) throw std::invalid_argument("rng::between: low > high");
    const auto span = high - low + 1;  // 0 stands for all 2^64
    return low + (span == 0 ? next() : below(span));
  }

  /// A number 0 <= x < 1, with 53 random bits.
  [[nodiscard]] double unit() noexcept { return static_cast<double>(next() >> 11) * 0x1p-53; }

  /// True with this probability (0..1).
  [[nodiscard]] bool chance(double probability) noexcept { return unit() < probability; }

  /// The time, made shorter or longer at random by at most the given part (0..1) of it.
  template <class Duration>
  [[nodiscard]] Duration jitter(Duration time, double part) noexcept {
    const auto factor = 1 + part * (2 * unit() - 1);
    return Duration{
        static_cast<typename Duration::rep>(static_cast<double>(time.count()) * factor)};
  }

  /// Shuffles the range (Fisher-Yates); all orders are equally likely.
  template <class Range>
  void shuffle(Range& range) {
    for (auto i = range.size(); i > 1; --i) {
      using std::swap;
      swap(range[i - 1], range[static_cast<std::size_t>(below(i))]);
    }
  }

private:
  std::array<std::uint64_t, 4> state_{};
};

}  // namespace scalesmall
