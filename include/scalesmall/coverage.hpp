#pragma once

#include <cstddef>
#include <cstdint>
#include <scalesmall/routing_index.hpp>
#include <span>
#include <vector>

namespace scalesmall {

/// Adjacent keys with the same owners.
struct coverage_piece {
  key_range range;
  std::size_t members = 0;  ///< that serve it; 0: a gap, more than 1: an overlap

  friend auto operator<=>(const coverage_piece&, const coverage_piece&) = default;
};

/// All keys of one group, cut into pieces by the members that serve them. An immutable value: any
/// number of threads may read it.
class coverage {
public:
  /// Takes O(n log n) for n owners.
  explicit coverage(routing_index index);

  /// The keys 0 to 2^32-1, ascending, each in one piece. Pieces end where a range begins or ends,
  /// so there are at most 2n + 1 for n owners.
  [[nodiscard]] std::span<const coverage_piece> pieces() const noexcept { return pieces_; }

  /// The owners of a piece, looked up. Valid as long as this coverage. They are not stored by
  /// piece, since that can take memory quadratic in the number of owners.
  [[nodiscard]] owner_view owners(const coverage_piece& x) const noexcept {
    return index_.owners(x.range.start_range);
  }

  /// The ranges that no member serves, ascending.
  [[nodiscard]] std::vector<key_range> gaps() const;

  /// The pieces that several members serve, ascending.
  [[nodiscard]] std::vector<coverage_piece> overlaps() const;

  /// The number of the 2^32 keys that at least one member serves.
  [[nodiscard]] std::uint64_t keys_served() const noexcept;

private:
  routing_index index_;
  std::vector<coverage_piece> pieces_;
};

}  // namespace scalesmall
