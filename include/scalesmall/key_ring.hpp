#pragma once

#include <cstddef>
#include <cstdint>
#include <scalesmall/result.hpp>
#include <scalesmall/sealing_key.hpp>
#include <span>
#include <string_view>
#include <vector>

namespace scalesmall {

/// Why a change to a key ring is refused.
enum class key_error : std::uint8_t {
  unknown,   ///< no key has this fingerprint
  primary,   ///< the primary key cannot be removed; another must become primary first
  last,      ///< the last key cannot be removed
  too_many,  ///< more than key_ring::keys_max
};

/// The name of the error, e.g. "too_many".
[[nodiscard]] std::string_view to_string(key_error x) noexcept;

/// The keys of a node. Every key opens frames; at most one, the primary key, seals them. A ring
/// without a primary key does not seal: so a node that sends plain frames gets ready to read sealed
/// ones. A value; copies share the keys. Not thread-safe: see key_store.
class key_ring {
public:
  static constexpr std::size_t keys_max = 64;

  /// An empty ring.
  key_ring() = default;

  /// A ring of these keys, the first as the primary. Throws std::length_error if there are more
  /// than keys_max.
  explicit key_ring(const std::vector<key_ptr>& keys);

  /// All keys in the order in which they were added; no two have the same fingerprint.
  [[nodiscard]] std::span<const key_ptr> keys() const noexcept { return keys_; }

  /// The key that seals; null if there is none.
  [[nodiscard]] const key_ptr& primary() const noexcept { return primary_; }

  /// Adds keys that open. Keys that the ring has already are ignored. Beyond keys_max no key is
  /// added.
  result<done, key_error> add(const std::vector<key_ptr>& keys);

  /// Makes a key of the ring the primary.
  result<done, key_error> use(std::string_view fingerprint);

  /// Removes a key, which must be neither the primary nor the last.
  result<done, key_error> remove(std::string_view fingerprint);

private:
  std::vector<key_ptr> keys_;
  key_ptr primary_;
};

}  // namespace scalesmall
