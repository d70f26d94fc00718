#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <scalesmall/bytes.hpp>
#include <scalesmall/result.hpp>
#include <scalesmall/sealing_key.hpp>

/// Authenticated encryption as docs/wire-format.md defines it: XChaCha20-Poly1305
/// (draft-irtf-cfrg-xchacha-03) by libsodium. It hides the content and detects any change. Nonce,
/// ciphertext and tag follow each other. Any thread.
namespace scalesmall {

inline constexpr std::size_t seal_nonce_bytes = 24;
inline constexpr std::size_t seal_tag_bytes = 16;

/// Bytes that a seal adds to its content.
inline constexpr std::size_t seal_bytes = seal_nonce_bytes + seal_tag_bytes;

/// Bytes in front of the content of a sealed frame that say when it was sealed.
inline constexpr std::size_t seal_time_bytes = 8;

/// No two frames of one key may share a nonce; random nonces do not collide in practice.
using seal_nonce = std::array<std::uint8_t, seal_nonce_bytes>;

[[nodiscard]] seal_nonce random_nonce();

/// Appends the sealed bytes to `out`, which must not overlap `plain`. `associated` is protected but
/// not hidden; open() needs the same.
void seal(const sealing_key& key, const seal_nonce& nonce, bytes_view associated, bytes_view plain,
          bytes& out);

/// Opens a seal. Fewer bytes than seal_bytes are fault::truncated; changed bytes, another key or
/// other associated data are fault::bad_seal.
[[nodiscard]] result<bytes> open(const sealing_key& key, bytes_view associated, bytes_view sealed);

}  // namespace scalesmall
