#pragma once

#include <compare>
#include <initializer_list>
#include <scalesmall/timed_item.hpp>
#include <span>
#include <string>
#include <vector>

namespace scalesmall {

/// A set of claims with at most one claim per key (member, range), sorted by key. Merging keeps the
/// superseding claim of each key. So this is a map of last-writer-wins registers: a
/// join-semilattice for any two sets, whatever they hold.
class timed_set {
public:
  timed_set() = default;
  timed_set(std::initializer_list<timed_item> items);

  /// Takes over claims that ascend strictly by key; fault::not_sorted if they do not. Linear time.
  [[nodiscard]] static result<timed_set> from_sorted(std::vector<timed_item> items);

  /// Makes room for so many claims more, so that adding them moves no other.
  void reserve_more(std::size_t claims);

  /// Adds a claim, or replaces the claim of the same key if the new one supersedes it. False,
  /// without a change, if the old claim stands.
  bool put(const timed_item& x);

  /// Merges the other set; true if anything changed. Linear in the sizes of both.
  bool merge(const timed_set& other);

  /// The claim of a key, or null. Valid until the next change.
  [[nodiscard]] const timed_item* find(const net_id& member, key_range range) const;

  /// All claims of one member, ascending by range. Valid until the next change.
  [[nodiscard]] std::span<const timed_item> row(const net_id& member) const;

  /// Replaces all claims of one member. `row` holds claims of that member only, ascending by range,
  /// and does not view this set.
  void replace_row(const net_id& member, std::span<const timed_item> row);

  /// All claims, ascending by key.
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
