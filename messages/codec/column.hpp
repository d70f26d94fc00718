#pragma once

#include <concepts>
#include <cstdint>
#include <limits>
#include <span>

#include "messages/codec/byte_stream.hpp"

/// Columns: the numbers of one field, stored in the smallest of several forms. The reader must know
/// how many numbers there are. docs/wire-format.md, "Columns", defines the format; a change here is
/// a change there.
namespace scalesmall {

/// Appends the numbers in their smallest form. Linear time.
void write_column(byte_writer& out, std::span<const std::uint64_t> values);

/// Fills `values` with numbers of at most `bits` bits. A wider number is
/// fault::number_out_of_range, an unknown form fault::bad_column. After a fault all values are 0. A
/// column may take fewer bytes than it has values, so the caller must bound their number
/// beforehand.
void read_column(byte_reader& in, std::span<std::uint64_t> values, unsigned bits = 64);

/// Maps a difference, modulo its type, to a small number: 0, -1, 1, -2, ... become 0, 1, 2, 3, ...
template <std::unsigned_integral T>
[[nodiscard]] constexpr T zigzag(T difference) noexcept {
  return static_cast<T>(difference << 1 ^
                        (0 - (difference >> (std::numeric_limits<T>::digits - 1))));
}

/// The inverse of zigzag.
template <std::unsigned_integral T>
[[nodiscard]] constexpr T unzigzag(T x) noexcept {
  return static_cast<T>(x >> 1 ^ (0 - (x & 1)));
}

}  // namespace scalesmall
