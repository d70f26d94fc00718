#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <scalesmall/owner_view.hpp>
#include <vector>

namespace scalesmall {

/// Who serves which key of one group. A value that never changes; any number of threads may read
/// one, and copies share everything. A changed index shares with the old one all that the change
/// did not touch.
///
/// It is a tree of regions: the space of keys, its quarters, theirs, and so on. Who owns a whole
/// region, but not all of the region around it, stands at that region once (the canonical cover of
/// a segment tree; Bentley 1977), however many small ranges lie below. A region in which only few
/// ranges begin or end is a leaf, cut into pieces with a list of owners each; one that only says
/// that all is in one of its quarters is left out. The shape follows from the content alone, so it
/// does not matter by which changes an index came to be.
///
/// With n owners: a lookup goes through at most 17 regions, log4 n of them where ranges are spread
/// evenly, whatever overlaps. An owner stands in at most three regions a level on either side, some
/// 16 pieces of two leaves included; memory is linear for ranges that overlap little, O(n log n)
/// for any. A change of k owners costs O(k log n), and a copy of each list in which they stand.
class routing_index {
public:
  routing_index() = default;

  /// In any order. @throws std::logic_error if one is in it twice
  explicit routing_index(std::vector<range_owner> owners);

  /// The index without those who are gone and with those who came, both in any order; who came and
  /// went again, or the other way round, stands in both and changes nothing.
  /// @throws std::logic_error if one who is gone was not in it, or one who came already is
  [[nodiscard]] routing_index changed(std::vector<range_owner> gone,
                                      std::vector<range_owner> come) const;

  /// Who serves the key. Valid as long as this index or a copy of it exists.
  [[nodiscard]] owner_view owners(std::uint32_t key) const noexcept;

  /// All owners, ascending. Linear, and sorts.
  [[nodiscard]] std::vector<range_owner> all() const;

  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }

  /// What the index takes, in bytes, without what the allocator adds. Walks all of it.
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
