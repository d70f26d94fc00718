#pragma once

#include <cstddef>
#include <cstdint>
#include <scalesmall/routing_index.hpp>
#include <vector>

#include "actors/topology/row_list.hpp"

namespace scalesmall {

/// What one node knows of a group: rows ascending by member, which never change once they are in
/// it. Copying shares them.
class group_state {
public:
  [[nodiscard]] const row_list& all() const noexcept { return rows_; }
  [[nodiscard]] const row* find(const net_id& member) const { return rows_.find(member); }

  /// Puts a row in the place of its member's former one.
  void put(row x);

  /// Drops a member's row; false if there is none.
  bool erase(const net_id& member);

  /// The sum of clock_hash of all rows that are complete up to some clock, modulo 2^64.
  [[nodiscard]] std::uint64_t hash() const noexcept { return hash_; }

  /// Whether a member is interested in a part of the keys.
  [[nodiscard]] bool has_narrow() const noexcept { return narrow_ != 0; }

  /// The sum of clock_hash of a clock of {0, 0} of all members, modulo 2^64.
  [[nodiscard]] std::uint64_t members_hash() const noexcept { return members_hash_; }

  /// Claims of all rows.
  [[nodiscard]] std::size_t claims() const noexcept { return claims_; }

  /// Who serves what by these rows, as of the last settle().
  [[nodiscard]] const routing_index& routes() const noexcept { return routes_; }

  /// Brings routes() up to date, at once for all changes since: before the rows are shown to
  /// others.
  void settle();

  /// The topology's version by its last change of this group.
  [[nodiscard]] std::uint64_t version() const noexcept { return version_; }
  void set_version(std::uint64_t x) noexcept { version_ = x; }

private:
  void count(const row& x, int sign);

  row_list rows_;
  std::uint64_t hash_ = 0;
  std::uint64_t members_hash_ = 0;
  std::size_t claims_ = 0;
  std::size_t narrow_ = 0;  // members interested in a part of the keys
  std::uint64_t version_ = 0;
  routing_index routes_;
  std::vector<range_owner> gone_;  // what routes_ does not say yet
  std::vector<range_owner> come_;
};

/// The clocks up to which the rows are complete.
[[nodiscard]] world_clock clocks_of(const group_state& group);

}  // namespace scalesmall
