#pragma once

#include <cstdint>
#include <scalesmall/bytes.hpp>
#include <string_view>

namespace scalesmall {

/// The key of a string of bytes: the first four bytes of its SHA-256 (FIPS 180-4), most significant
/// first. Keys spread evenly over the whole range, whatever the strings look like. Every language
/// can compute them in a line; a shell too: `printf %s text | sha256sum | cut -c1-8`.
///
/// | bytes            | key        |
/// |------------------|------------|
/// | (none)           | 0xe3b0c442 |
/// | `a`              | 0xca978112 |
/// | `abc`            | 0xba7816bf |
/// | `user:4711`      | 0x8e7568d5 |
///
/// A pure function. Any thread. Linear in the number of bytes.
[[nodiscard]] std::uint32_t key_of(bytes_view data) noexcept;

/// The key of the bytes of a text, for example of UTF-8.
[[nodiscard]] std::uint32_t key_of(std::string_view text) noexcept;

}  // namespace scalesmall
