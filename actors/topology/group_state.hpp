#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <scalesmall/routing_index.hpp>
#include <span>
#include <vector>

#include "actors/topology/row_list.hpp"

namespace scalesmall {

/// A node's knowledge of one group: the rows, ascending by member, with sums and an index over
/// them. A row never changes once it is here, so copies share the rows.
class group_state {
public:
  [[nodiscard]] const row_list& all() const noexcept { return rows_; }
  [[nodiscard]] const row* find(const net_id& member) const { return rows_.find(member); }

  /// Adds a row, or replaces the one of its member.
  void put(row x);

  /// Drops a member's row; false if there is none.
  bool erase(const net_id& member);

  /// The sum of clock_hash of all rows that are complete up to some clock, modulo 2^64.
  [[nodiscard]] std::uint64_t hash() const noexcept { return hash_; }

  /// True if a member is interested in only a part of the keys.
  [[nodiscard]] bool has_narrow() const noexcept { return narrow_ != 0; }

  /// The sum of clock_hash of the clock {0, 0} of each member, modulo 2^64.
  [[nodiscard]] std::uint64_t members_hash() const noexcept { return members_hash_; }

  /// Number of claims in all rows.
  [[nodiscard]] std::size_t claims() const noexcept { return claims_; }

  using hidden_members = std::shared_ptr<const std::vector<net_id>>;

  /// From now on routes() leaves these members out, ascending; null: none. Linear in the claims of
  /// the members for which this is a change.
  void hide(hidden_members members);
  [[nodiscard]] bool is_hidden(const net_id& member) const;

  /// The owners that routes() leaves out. Linear in the claims of the hidden members.
  [[nodiscard]] std::vector<range_owner> hidden_owners() const;

  /// The routing index over these rows, as of the last settle(), without hidden members.
  [[nodiscard]] const routing_index& routes() const noexcept { return routes_; }

  /// Brings routes() up to date, in one step for all changes since the last call. Must be called
  /// before others see the rows.
  void settle();

  /// The topology's version at the last change of this group.
  [[nodiscard]] std::uint64_t version() const noexcept { return version_; }
  void set_version(std::uint64_t x) noexcept { version_ = x; }

private:
  using claims_view = std::span<const timed_item>;

  void count(const row& x, int sign);
  /// Notes in which claims two rows of a member differ. Returns the sum of claim_hash of the claims
  /// of the second that are no tombstones.
  std::uint64_t note_difference(const row& was, const row& is);

  row_list rows_;
  std::uint64_t hash_ = 0;
  std::uint64_t members_hash_ = 0;
  std::size_t claims_ = 0;
  std::size_t narrow_ = 0;  // members that are interested in only a part of the keys
  std::uint64_t version_ = 0;
  routing_index routes_;
  std::vector<range_owner> gone_;  // changes since routes_ was built
  std::vector<range_owner> come_;
  hidden_members hidden_;
};

/// The clocks up to which the rows are complete. A row that is complete up to no clock has none.
[[nodiscard]] world_clock clocks_of(const group_state& group);

}  // namespace scalesmall
