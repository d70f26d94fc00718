#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace scalesmall {

/// Length of a checksum.
inline constexpr std::size_t checksum_characters = 64;

/// BLAKE2b of a text, 256 bits, as lower-case hexadecimal digits.
/// @param purpose  checksums for different purposes differ; at most 64 bytes
/// @throws std::runtime_error if libsodium cannot be used on this machine
[[nodiscard]] std::string checksum(std::string_view text, std::string_view purpose);

}  // namespace scalesmall
