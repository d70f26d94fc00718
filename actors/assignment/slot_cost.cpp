#include "actors/assignment/slot_cost.hpp"

#include <bit>

#include "messages/digest.hpp"
#include "messages/split_mix.hpp"

namespace scalesmall {

namespace {

/// Where the slot stands among all slots of the member that begins at this seed: a permutation.
std::uint32_t place_of(std::uint64_t seed, std::uint32_t slot, std::uint32_t slots) noexcept {
  const auto half = (std::bit_width(slots - 1) + 1) / 2;
  auto x = slot;
  for (unsigned round = 0; round < 4; ++round) {
    x = (x + static_cast<std::uint32_t>(seed >> 16 * round)) * 0x9e3779b1U & (slots - 1);
    x ^= x >> half;
  }
  return x;
}

}  // namespace

std::uint64_t negative_log2(std::uint32_t x) noexcept {
  if (x == UINT32_MAX) return 0;
  const auto zeros = std::countl_zero(x + 1);
  std::uint64_t mantissa = std::uint64_t{x + 1} << zeros;  // 2^31 stands for 1
  std::uint64_t fraction = 0;
  for (int bit = 0; bit < 32; ++bit) {
    mantissa *= mantissa;
    const auto two_or_more = mantissa >> 63;
    fraction = fraction << 1 | two_or_more;
    mantissa >>= 31 + two_or_more;
  }
  return (static_cast<std::uint64_t>(zeros + 1) << 32) - fraction;
}

slot_cost::slot_cost(const net_id& member, std::uint32_t slots, std::uint32_t capacity) noexcept
    : seed_(clock_hash({member, {}})), slots_(slots), capacity_(capacity) {}

std::uint64_t slot_cost::of(std::uint32_t slot) const noexcept {
  constexpr std::uint64_t golden = 0x9e3779b97f4a7c15U;
  const auto bits = std::bit_width(slots_ - 1);
  const auto below = split_mix(seed_ + (std::uint64_t{slot} + 1) * golden) >> (32 + bits);
  const auto above = std::uint64_t{place_of(seed_, slot, slots_)} << (32 - bits);
  return (negative_log2(static_cast<std::uint32_t>(above | below)) << 24) / capacity_;
}

}  // namespace scalesmall
