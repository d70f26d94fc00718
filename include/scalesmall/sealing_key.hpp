#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace scalesmall {

/// One secret key of a cluster. The destructor wipes it from memory. A key cannot be copied and has
/// no text form; people and logs name it by its fingerprint.
class sealing_key {
public:
  static constexpr std::size_t size = 32;
  using secret_bytes = std::array<std::uint8_t, size>;

  /// Takes over the secret and wipes the caller's copy. Throws std::runtime_error if the cipher
  /// library does not work on this machine.
  explicit sealing_key(secret_bytes& secret);
  sealing_key(const sealing_key&) = delete;
  sealing_key& operator=(const sealing_key&) = delete;
  ~sealing_key();

  [[nodiscard]] std::span<const std::uint8_t, size> secret() const noexcept { return secret_; }

  /// 16 hexadecimal digits, the same on every node, from which the secret cannot be found. They are
  /// the first 8 bytes of BLAKE2b (16 bytes long) of "scalesmall key", with the secret as its key.
  [[nodiscard]] const std::string& fingerprint() const noexcept { return fingerprint_; }

  /// The id of the key in a frame's header: the first 4 bytes of the fingerprint, most significant
  /// first. Two keys may have the same id.
  [[nodiscard]] std::uint32_t id() const noexcept { return id_; }

private:
  secret_bytes secret_;
  std::string fingerprint_;
  std::uint32_t id_ = 0;
};

/// Keys never change, so that any number of threads may share one.
using key_ptr = std::shared_ptr<const sealing_key>;

/// Reads a key: 44 characters of base64 (RFC 4648, with padding) or 64 hexadecimal digits. Null for
/// any other text.
[[nodiscard]] key_ptr parse_key(std::string_view text);

/// Makes a new random key, as base64 that parse_key reads. Throws std::runtime_error if the cipher
/// library does not work on this machine.
[[nodiscard]] std::string generate_key();

}  // namespace scalesmall
