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
  std::size_t members = 0;  ///< how many serve it; none: a gap, more than one: an overlap

  friend auto operator<=>(const coverage_piece&, const coverage_piece&) = default;
};

/// Who serves what in one group: the whole range of keys in pieces. A value, read by any number of
/// threads.
class coverage {
public:
  /// O(n log n) for n owners.
  explicit coverage(routing_index index);

  /// All keys from 0 to 2^32-1, ascending, each in one piece. A piece ends where somebody's range
  /// begins or ends, so at most 2n + 1.
  [[nodiscard]] std::span<const coverage_piece> pieces() const noexcept { return pieces_; }

  /// Who serves a piece; valid as long as this coverage. (The lists of all pieces together may be
  /// quadratic in the number of owners, so they are not kept.)
  [[nodiscard]] owner_view owners(const coverage_piece& x) const noexcept {
    return index_.owners(x.range.start_range);
  }

  /// What nobody serves, ascending.
  [[nodiscard]] std::vector<key_range> gaps() const;

  /// What several members serve, ascending.
  [[nodiscard]] std::vector<coverage_piece> overlaps() const;

  /// How many of the 2^32 keys somebody serves.
  [[nodiscard]] std::uint64_t keys_served() const noexcept;

private:
  routing_index index_;
  std::vector<coverage_piece> pieces_;
};

}  // namespace scalesmall
