#pragma once

#include <cstdint>
#include <scalesmall/bytes.hpp>
#include <string_view>

namespace scalesmall {

/// The key of any string of bytes: the first four bytes of its SHA-256, most significant first. So
/// keys spread evenly over the whole range whatever the strings look like, nobody can choose
/// strings that all fall to one node, and every language has it in a line; a shell too:
/// `printf %s text | sha256sum | cut -c1-8`.
///
/// | bytes            | key        |
/// |------------------|------------|
/// | (none)           | 0xe3b0c442 |
/// | `a`              | 0xca978112 |
/// | `abc`            | 0xba7816bf |
/// | `user:4711`      | 0x8e7568d5 |
///
/// Pure; any thread. Linear, some 64 bytes at a time. Source: FIPS 180-4.
[[nodiscard]] std::uint32_t key_of(bytes_view data) noexcept;

/// The same of the bytes of a text, for example UTF-8.
[[nodiscard]] std::uint32_t key_of(std::string_view text) noexcept;

}  // namespace scalesmall
