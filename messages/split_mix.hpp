#pragma once

#include <cstdint>

namespace scalesmall {

/// The finisher of SplitMix64 (Steele, Lea, Flood 2014): a permutation of the 64-bit numbers, each
/// bit of whose result depends on all bits of the argument.
[[nodiscard]] constexpr std::uint64_t split_mix(std::uint64_t x) noexcept {
  x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9U;
  x = (x ^ x >> 27) * 0x94d049bb133111ebU;
  return x ^ x >> 31;
}

}  // namespace scalesmall
