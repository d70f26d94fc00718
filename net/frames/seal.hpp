#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <scalesmall/bytes.hpp>
#include <scalesmall/result.hpp>
#include <scalesmall/sealing_key.hpp>

/// Sealing as docs/wire-format.md defines it: XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha-03) by
/// libsodium, which hides what it seals and shows any change to it. Nonce, ciphertext and tag
/// follow each other.
namespace scalesmall {

inline constexpr std::size_t seal_nonce_bytes = 24;
inline constexpr std::size_t seal_tag_bytes = 16;

/// What a seal adds to the bytes in it.
inline constexpr std::size_t seal_bytes = seal_nonce_bytes + seal_tag_bytes;

/// No two frames of one key may share a nonce; of random ones no two ever will.
using seal_nonce = std::array<std::uint8_t, seal_nonce_bytes>;

[[nodiscard]] seal_nonce random_nonce();

/// Appends the sealed bytes to `out`, which must hold none of `plain`. `associated` is not hidden,
/// but open() must be given the same.
void seal(const sealing_key& key, const seal_nonce& nonce, bytes_view associated, bytes_view plain,
          bytes& out);

/// The bytes in a seal; fault::bad_seal if anything of it, the key or `associated` is another.
[[nodiscard]] result<bytes> open(const sealing_key& key, bytes_view associated, bytes_view sealed);

}  // namespace scalesmall
