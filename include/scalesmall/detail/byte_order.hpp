#pragma once

#include <cstdint>

namespace scalesmall {

/// Reads eight bytes as a big-endian number, whatever the byte order of the machine. Compilers turn
/// this into one instruction.
[[nodiscard]] constexpr std::uint64_t load_big_endian(const std::uint8_t* p) noexcept {
  return std::uint64_t{p[0]} << 56 | std::uint64_t{p[1]} << 48 | std::uint64_t{p[2]} << 40 |
         std::uint64_t{p[3]} << 32 | std::uint64_t{p[4]} << 24 | std::uint64_t{p[5]} << 16 |
         std::uint64_t{p[6]} << 8 | std::uint64_t{p[7]};
}

/// Reads eight bytes as a little-endian number.
[[nodiscard]] constexpr std::uint64_t load_little_endian(const std::uint8_t* p) noexcept {
  return std::uint64_t{p[7]} << 56 | std::uint64_t{p[6]} << 48 | std::uint64_t{p[5]} << 40 |
         std::uint64_t{p[4]} << 32 | std::uint64_t{p[3]} << 24 | std::uint64_t{p[2]} << 16 |
         std::uint64_t{p[1]} << 8 | std::uint64_t{p[0]};
}

/// Writes a number as eight big-endian bytes.
constexpr void store_big_endian(std::uint64_t x, std::uint8_t* p) noexcept {
  p[0] = static_cast<std::uint8_t>(x >> 56);
  p[1] = static_cast<std::uint8_t>(x >> 48);
  p[2] = static_cast<std::uint8_t>(x >> 40);
  p[3] = static_cast<std::uint8_t>(x >> 32);
  p[4] = static_cast<std::uint8_t>(x >> 24);
  p[5] = static_cast<std::uint8_t>(x >> 16);
  p[6] = static_cast<std::uint8_t>(x >> 8);
  p[7] = static_cast<std::uint8_t>(x);
}

}  // namespace scalesmall
