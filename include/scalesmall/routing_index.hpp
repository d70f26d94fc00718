#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <scalesmall/owner_view.hpp>
#include <vector>

namespace scalesmall {

/// The owners of all keys of one group. A value that never changes; any number of threads may read
/// it, and copies share everything. A changed index shares with the old one all that the change did
/// not touch.
///
/// It is a tree of regions: the space of keys, its quarters, the quarters of these, and so on. An
/// owner of a whole region, but not of all of the region around it, is listed at that region once
/// (the canonical cover of a segment tree; Bentley 1977), however many small ranges lie below. A
/// region in which only few ranges begin or end is a leaf, cut into pieces with a list of owners
/// each. A region whose whole content is in one of its quarters is left out. The shape follows from
/// the content alone, not from the changes that led to it.
///
/// With n owners, a lookup goes through at most 17 regions, and through log4 n of them if the
/// ranges are spread evenly, whatever overlaps. An owner is listed in at most three regions a level
/// on either side, some 16 pieces of two leaves included. Memory is linear for ranges that overlap
/// little, O(n log n) for any. A change of k owners costs O(k log n) and a copy of each list in
/// which they are.
class routing_index {
public:
  routing_index() = default;

  /// @param owners in any order
  /// @throws std::logic_error if one is in it twice
  explicit routing_index(std::vector<range_owner> owners);

  /// The index without the owners that are gone and with those that have come, both in any order.
  /// An owner in both lists changes nothing.
  /// @throws std::logic_error if one that is gone was not in the index, or one that has come is
  [[nodiscard]] routing_index changed(std::vector<range_owner> gone,
                                      std::vector<range_owner> come) const;

  /// The owners of the key; valid as long as this index or a copy of it exists.
  [[nodiscard]] owner_view owners(std::uint32_t key) const noexcept;

  /// All owners, ascending. O(n log n).
  [[nodiscard]] std::vector<range_owner> all() const;

  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }

  /// The memory that the index takes, in bytes, without what the allocator adds. O(n).
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
