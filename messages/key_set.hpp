#pragma once

#include <compare>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "messages/item.hpp"

namespace scalesmall {

/// Keys, as ranges that ascend, do not overlap and do not touch; never none at all. A set of all
/// keys, which is the default, takes no memory.
class key_set {
public:
  key_set() = default;

  /// All keys of these ranges, in any order. Throws std::invalid_argument if there is none or one
  /// is reversed.
  [[nodiscard]] static key_set of(std::vector<key_range> ranges);

  [[nodiscard]] bool is_whole() const noexcept { return ranges_.empty(); }

  /// Whether a range has a key of the set. Logarithmic.
  [[nodiscard]] bool touches(key_range range) const;

  /// Whether the set has all keys of the other.
  [[nodiscard]] bool covers(const key_set& other) const;

  [[nodiscard]] std::span<const key_range> ranges() const noexcept {
    return is_whole() ? std::span{&whole_range, 1} : std::span{ranges_};
  }

  /// The set of all keys comes first.
  friend auto operator<=>(const key_set&, const key_set&) = default;

private:
  std::vector<key_range> ranges_;  // none: all keys
};

/// The keys in both; nothing if there are none. Linear.
[[nodiscard]] std::optional<key_set> intersection(const key_set& a, const key_set& b);

/// "0..99 200..299".
[[nodiscard]] std::string to_string(const key_set& x);

}  // namespace scalesmall
