#pragma once

#include <compare>
#include <scalesmall/item.hpp>
#include <span>
#include <string>
#include <vector>

namespace scalesmall {

/// A set of keys, kept as ascending ranges that neither overlap nor touch. The default is the set
/// of all keys, which allocates no memory.
class key_set {
public:
  key_set() = default;

  /// The union of these ranges, in any order. Throws std::invalid_argument if there are no ranges
  /// or if one is reversed.
  [[nodiscard]] static key_set of(std::vector<key_range> ranges);

  /// The empty set.
  [[nodiscard]] static key_set none() {
    key_set x;
    x.is_part_ = true;
    return x;
  }

  [[nodiscard]] bool is_whole() const noexcept { return !is_part_; }
  [[nodiscard]] bool is_none() const noexcept { return is_part_ && ranges_.empty(); }

  /// Whether the set and the range have a key in common. Logarithmic time.
  [[nodiscard]] bool touches(key_range range) const;

  /// Whether the set contains every key of the other.
  [[nodiscard]] bool covers(const key_set& other) const;

  /// The ranges, ascending. Valid until the set changes.
  [[nodiscard]] std::span<const key_range> ranges() const noexcept {
    return is_whole() ? std::span{&whole_range, 1} : std::span{ranges_};
  }

  /// The set of all keys comes first, then the empty set.
  friend auto operator<=>(const key_set&, const key_set&) = default;

private:
  bool is_part_ = false;
  std::vector<key_range> ranges_;  // empty for the set of all keys
};

/// The keys that are in both sets. Linear time.
[[nodiscard]] key_set intersection(const key_set& a, const key_set& b);

/// "0..99 200..299"; "" for the empty set.
[[nodiscard]] std::string to_string(const key_set& x);

}  // namespace scalesmall
