#pragma once

#include <compare>
#include <scalesmall/item.hpp>
#include <span>
#include <string>
#include <vector>

namespace scalesmall {

/// Keys, as ranges that ascend, do not overlap and do not touch. A set of all keys, which is the
/// default, takes no memory.
class key_set {
public:
  key_set() = default;

  /// All keys of these ranges, in any order. Throws std::invalid_argument if there is none or one
  /// is reversed.
  [[nodiscard]] static key_set of(std::vector<key_range> ranges);

  /// No keys at all.
  [[nodiscard]] static key_set none() {
    key_set x;
    x.is_part_ = true;
    return x;
  }

  [[nodiscard]] bool is_whole() const noexcept { return !is_part_; }
  [[nodiscard]] bool is_none() const noexcept { return is_part_ && ranges_.empty(); }

  /// Whether a range has a key of the set. Logarithmic.
  [[nodiscard]] bool touches(key_range range) const;

  /// Whether the set has all keys of the other.
  [[nodiscard]] bool covers(const key_set& other) const;

  [[nodiscard]] std::span<const key_range> ranges() const noexcept {
    return is_whole() ? std::span{&whole_range, 1} : std::span{ranges_};
  }

  /// The set of all keys comes first, then that of none.
  friend auto operator<=>(const key_set&, const key_set&) = default;

private:
  bool is_part_ = false;
  std::vector<key_range> ranges_;  // of all keys: not stored
};

/// The keys in both. Linear.
[[nodiscard]] key_set intersection(const key_set& a, const key_set& b);

/// "0..99 200..299".
[[nodiscard]] std::string to_string(const key_set& x);

}  // namespace scalesmall
