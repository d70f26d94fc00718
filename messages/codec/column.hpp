#pragma once

#include <concepts>
#include <cstdint>
#include <limits>
#include <span>

#include "messages/codec/byte_stream.hpp"

/// Columns: a list of numbers of one meaning, stored in whichever form is the smallest. The reader
/// knows how many numbers there are. The format is defined in docs/wire-format.md, "Columns"; any
/// change here is a change there.
namespace scalesmall {

/// Appends the numbers in the smallest form. Linear in their number.
void write_column(byte_writer& out, std::span<const std::uint64_t> values);

/// Fills values, each of at most so many bits; fault::number_out_of_range if one has more,
/// fault::bad_column for an unknown form. After a fault all are 0. A column may take fewer bytes
/// than it has values: bound their number beforehand.
void read_column(byte_reader& in, std::span<std::uint64_t> values, unsigned bits = 64);

/// Differences, modulo their type, as small numbers: 0, -1, 1, -2, ... become 0, 1, 2, 3, ...
template <std::unsigned_integral T>
[[nodiscard]] constexpr T zigzag(T difference) noexcept {
  return static_cast<T>(difference << 1 ^
                        (0 - (difference >> (std::numeric_limits<T>::digits - 1))));
}

template <std::unsigned_integral T>
[[nodiscard]] constexpr T unzigzag(T x) noexcept {
  return static_cast<T>(x >> 1 ^ (0 - (x & 1)));
}

}  // namespace scalesmall
