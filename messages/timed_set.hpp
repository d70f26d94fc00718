#pragma once

#include <compare>
#include <initializer_list>
#include <scalesmall/timed_item.hpp>
#include <span>
#include <string>
#include <vector>

namespace scalesmall {

/// Claims, at most one per key (member, range), kept sorted by it. Merging keeps the superseding
/// claim of each key: a map of last-writer-wins registers, which is a join-semilattice for any two
/// sets, whatever they hold.
class timed_set {
public:
  timed_set() = default;
  timed_set(std::initializer_list<timed_item> items);

  /// Takes over claims that already ascend strictly by key; fault::not_sorted if they do not.
  /// Linear.
  [[nodiscard]] static result<timed_set> from_sorted(std::vector<timed_item> items);

  /// Adds a claim or lets it supersede the one of its key; false (and no change) if the one that
  /// stands is not older.
  bool put(const timed_item& x);

  /// True if anything changed. Linear in the sizes of both.
  bool merge(const timed_set& other);

  /// The claim of a key, or null. Valid until the next change.
  [[nodiscard]] const timed_item* find(const net_id& member, key_range range) const;

  /// All claims of one member, ascending by range. Valid until the next change.
  [[nodiscard]] std::span<const timed_item> row(const net_id& member) const;

  /// Replaces all claims of one member by others of the same member, ascending by range.
  void replace_row(const net_id& member, std::span<const timed_item> row);

  /// Ascending by key.
  [[nodiscard]] std::span<const timed_item> items() const noexcept { return items_; }
  [[nodiscard]] std::size_t size() const noexcept { return items_.size(); }
  [[nodiscard]] bool empty() const noexcept { return items_.empty(); }

  friend auto operator<=>(const timed_set&, const timed_set&) = default;

private:
  std::vector<timed_item> items_;
};

/// One item a line.
[[nodiscard]] std::string to_string(const timed_set& x);

}  // namespace scalesmall
