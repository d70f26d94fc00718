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
  std::size_t members = 0;      ///< that serve it and are reachable; more than 1: an overlap
  std::size_t unreachable = 0;  ///< members that serve it and are not; both 0: a gap

  friend auto operator<=>(const coverage_piece&, const coverage_piece&) = default;
};

/// All keys of one group, cut into pieces by the members that serve them. An immutable value: any
/// number of threads may read it.
class coverage {
public:
  /// Takes O(n log n) for n owners.
  /// @param unreachable the owners that are not reachable; none of them is in the index
  explicit coverage(routing_index index, routing_index unreachable = {});

  /// The keys 0 to 2^32-1, ascending, each in one piece. Pieces end where a range begins or ends,
  /// so there are at most 2n + 1 for n owners.
  [[nodiscard]] std::span<const coverage_piece> pieces() const noexcept { return pieces_; }

  /// The reachable owners of a piece, looked up. Valid as long as this coverage. They are not
  /// stored by piece, since that can take memory quadratic in the number of owners.
  [[nodiscard]] owner_view owners(const coverage_piece& x) const noexcept {
    return index_.owners(x.range.start_range);
  }

  /// The owners of a piece that are not reachable; otherwise likewise.
  [[nodiscard]] owner_view unreachable_owners(const coverage_piece& x) const noexcept {
    return unreachable_.owners(x.range.start_range);
  }

  /// The ranges that no member serves, reachable or not, ascending.
  [[nodiscard]] std::vector<key_range> gaps() const;

  /// The ranges that unreachable members alone serve, ascending.
  [[nodiscard]] std::vector<key_range> unreachable() const;

  /// The pieces that several reachable members serve, ascending.
  [[nodiscard]] std::vector<coverage_piece> overlaps() const;

  /// The number of the 2^32 keys that at least one reachable member serves.
  [[nodiscard]] std::uint64_t keys_served() const noexcept;

private:
  routing_index index_;
  routing_index unreachable_;
  std::vector<coverage_piece> pieces_;
};

}  // namespace scalesmall
