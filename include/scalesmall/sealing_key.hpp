#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace scalesmall {

/// One secret of a cluster. The secret is wiped from memory when the object ends. It cannot be
/// copied and has no text form; people and logs name the key by its fingerprint.
class sealing_key {
public:
  static constexpr std::size_t size = 32;
  using secret_bytes = std::array<std::uint8_t, size>;

  /// Takes the secret and wipes the caller's copy.
  explicit sealing_key(secret_bytes& secret);
  sealing_key(const sealing_key&) = delete;
  sealing_key& operator=(const sealing_key&) = delete;
  ~sealing_key();

  [[nodiscard]] std::span<const std::uint8_t, size> secret() const noexcept { return secret_; }

  /// 16 hexadecimal digits, the same on every node. The secret cannot be found from them: they are
  /// the first 8 bytes of BLAKE2b (16 bytes long) of "scalesmall key" under the secret as its key.
  [[nodiscard]] const std::string& fingerprint() const noexcept { return fingerprint_; }

  /// Names the key in the header of a frame: the fingerprint's first 4 bytes.
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

/// A new random key in base64, as parse_key reads it.
[[nodiscard]] std::string generate_key();

}  // namespace scalesmall
