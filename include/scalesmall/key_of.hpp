#pragma once

#include <cstdint>
#include <scalesmall/bytes.hpp>
#include <string_view>

namespace scalesmall {

/// The key of any string of bytes: the first four bytes of its SHA-256, most significant first. The
/// keys spread evenly over the whole range, whatever the strings look like, and nobody can choose
/// strings that all fall to one node. Every language has it in a line; in a shell:
/// `printf %s text | sha256sum | cut -c1-8`.
///
/// | bytes            | key        |
/// |------------------|------------|
/// | (none)           | 0xe3b0c442 |
/// | `a`              | 0xca978112 |
/// | `abc`            | 0xba7816bf |
/// | `user:4711`      | 0x8e7568d5 |
///
/// Any thread. Takes time in proportion to the length. Source: FIPS 180-4.
[[nodiscard]] std::uint32_t key_of(bytes_view data) noexcept;

/// The same of the bytes of a text, for example UTF-8.
[[nodiscard]] std::uint32_t key_of(std::string_view text) noexcept;

}  // namespace scalesmall
