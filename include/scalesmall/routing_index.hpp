#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <scalesmall/owner_view.hpp>
#include <vector>

namespace scalesmall {

/// Maps each key of one group to the owners that serve it. An immutable value: any number of
/// threads may read it, and copies share everything. A changed index shares with the old one all
/// that the change did not touch.
///
/// Structure: a tree of regions (the space of keys, its quarters, their quarters, and so on).
/// - An owner of a whole region, but not of the whole region around it, is stored once at that
///   region (the canonical cover of a segment tree; Bentley 1977).
/// - A region in which few ranges begin or end is a leaf. A leaf is cut into pieces, each with a
///   list of its owners.
/// - A region whose entries all lie in one of its quarters is left out of the tree.
/// - The shape depends on the content alone, not on the order of changes.
///
/// Costs with n owners:
/// - A lookup visits at most 17 regions; about log4 n if ranges are spread evenly. Overlaps do not
///   matter.
/// - An owner is stored in at most three regions a level at either end of its range, and in some 16
///   pieces of two leaves.
/// - Memory is linear if ranges overlap little, and O(n log n) otherwise.
/// - A change of k owners takes O(k log n), and copies each list that holds one of them.
class routing_index {
public:
  routing_index() = default;

  /// @param owners  in any order
  /// @throws std::logic_error if an owner is listed twice
  explicit routing_index(std::vector<range_owner> owners);

  /// A copy without the owners in `gone` and with those in `come`. Both lists may be in any order.
  /// An owner in both changes nothing.
  /// @throws std::logic_error if one of `gone` is not in this index, or one of `come` already is
  [[nodiscard]] routing_index changed(std::vector<range_owner> gone,
                                      std::vector<range_owner> come) const;

  /// The owners that serve the key. Valid as long as this index or a copy of it exists.
  [[nodiscard]] owner_view owners(std::uint32_t key) const noexcept;

  /// All owners, ascending. Takes O(n log n).
  [[nodiscard]] std::vector<range_owner> all() const;

  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }

  /// Memory of the index in bytes, without the allocator's overhead. Walks the whole index.
  [[nodiscard]] std::size_t memory_bytes() const;

private:
  struct node;
  struct inner;
  struct leaf;
  struct region;
  struct builder;
  using node_ptr = std::shared_ptr<const node>;

  node_ptr root_;
  std::size_t size_ = 0;
};

}  // namespace scalesmall
