#pragma once

#include <cstddef>
#include <cstdint>
#include <scalesmall/routing_index.hpp>
#include <span>
#include <vector>

namespace scalesmall {

/// Neighbouring keys with the same owners.
struct coverage_piece {
  key_range range;
  std::size_t members = 0;  ///< its owners: none is a gap, more than one is an overlap

  friend auto operator<=>(const coverage_piece&, const coverage_piece&) = default;
};

/// The owners of all keys of one group, in pieces. A value that never changes; any number of
/// threads may read it.
class coverage {
public:
  /// O(n log n) for n owners.
  explicit coverage(routing_index index);

  /// All keys from 0 to 2^32-1, ascending, each in one piece. A piece ends where the range of an
  /// owner begins or ends, so there are at most 2n + 1.
  [[nodiscard]] std::span<const coverage_piece> pieces() const noexcept { return pieces_; }

  /// The owners of a piece; valid as long as this coverage. (They are looked up: the lists of all
  /// pieces together may be quadratic in the number of owners.)
  [[nodiscard]] owner_view owners(const coverage_piece& x) const noexcept {
    return index_.owners(x.range.start_range);
  }

  /// The keys without an owner, ascending.
  [[nodiscard]] std::vector<key_range> gaps() const;

  /// The pieces with several owners, ascending.
  [[nodiscard]] std::vector<coverage_piece> overlaps() const;

  /// How many of the 2^32 keys have an owner.
  [[nodiscard]] std::uint64_t keys_served() const noexcept;

private:
  routing_index index_;
  std::vector<coverage_piece> pieces_;
};

}  // namespace scalesmall
