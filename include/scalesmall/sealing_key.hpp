#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace scalesmall {

/// One secret of a cluster. It is wiped from memory at its end, cannot be copied and has no text
/// form; people and logs name it by its fingerprint.
class sealing_key {
public:
  static constexpr std::size_t size = 32;
  using secret_bytes = std::array<std::uint8_t, size>;

  /// Takes the secret over: the caller's copy is wiped.
  explicit sealing_key(secret_bytes& secret);
  sealing_key(const sealing_key&) = delete;
  sealing_key& operator=(const sealing_key&) = delete;
  ~sealing_key();

  [[nodiscard]] std::span<const std::uint8_t, size> secret() const noexcept { return secret_; }

  /// 16 hexadecimal digits, the same on every node, from which the secret cannot be found: the
  /// first 8 bytes of BLAKE2b (16 bytes long) of "scalesmall key" under the secret as its key.
  [[nodiscard]] const std::string& fingerprint() const noexcept { return fingerprint_; }

  /// What a frame's header says of the key that sealed it: the fingerprint's first 4 bytes.
  [[nodiscard]] std::uint32_t id() const noexcept { return id_; }

private:
  secret_bytes secret_;
  std::string fingerprint_;
  std::uint32_t id_ = 0;
};

using key_ptr = std::shared_ptr<const sealing_key>;

/// The key that a text stands for: 44 characters of base64 (RFC 4648, with the padding) or 64
/// hexadecimal digits; null if it is neither.
[[nodiscard]] key_ptr parse_key(std::string_view text);

/// A new random key as parse_key reads it, in base64.
[[nodiscard]] std::string generate_key();

}  // namespace scalesmall
