#pragma once

#include <cstddef>
#include <cstdint>
#include <scalesmall/result.hpp>
#include <scalesmall/sealing_key.hpp>
#include <span>
#include <string_view>
#include <vector>

namespace scalesmall {

/// Why a key ring does not change.
enum class key_error : std::uint8_t {
  unknown,   ///< no key has this fingerprint
  primary,   ///< the primary key stays until another is
  last,      ///< the last key stays
  too_many,  ///< over key_ring::keys_max
};

/// The name of the error, e.g. "too_many".
[[nodiscard]] std::string_view to_string(key_error x) noexcept;

/// The keys of a node. All keys open frames; the primary key seals them. A ring without a primary
/// does not seal: so a node that sends plain frames gets ready to read sealed ones. A value; copies
/// share the keys.
class key_ring {
public:
  static constexpr std::size_t keys_max = 64;

  /// No keys.
  key_ring() = default;

  /// These keys, the first as the primary. Throws std::length_error if they are over keys_max.
  explicit key_ring(const std::vector<key_ptr>& keys);

  /// All keys in the order in which they were added, no two with the same fingerprint.
  [[nodiscard]] std::span<const key_ptr> keys() const noexcept { return keys_; }

  /// The key that seals; null if there is none.
  [[nodiscard]] const key_ptr& primary() const noexcept { return primary_; }

  /// Adds keys that open. Keys that are there already are passed over. Errors: too_many; then none
  /// is added.
  result<success, key_error> add(const std::vector<key_ptr>& keys);

  /// Makes this key the primary. Errors: unknown.
  result<success, key_error> use(std::string_view fingerprint);

  /// Removes a key. Errors: unknown, primary, last.
  result<success, key_error> remove(std::string_view fingerprint);

private:
  std::vector<key_ptr> keys_;
  key_ptr primary_;
};

}  // namespace scalesmall
