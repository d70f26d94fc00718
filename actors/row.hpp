#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "actors/routing_index.hpp"
#include "messages/message.hpp"

namespace scalesmall {

/// What one node knows of one member in one group.
struct row {
  net_id member;
  stamp at = {};  ///< up to which change the claims are complete; {0, 0}: up to none
  /// The newest clock of a removal that the claims may lack, since removals are dropped after a
  /// time. No delta that begins before it may be told: the complete row says the same by silence.
  stamp forgotten = {};
  std::vector<timed_item> claims = {};  ///< ascending by range; later ones than `at` may be among
                                        ///< them, if what comes between is lacking

  friend bool operator==(const row&, const row&) = default;
};

/// The claim of a range, or null.
[[nodiscard]] const timed_item* find_claim(const row& x, key_range range);

/// Adds a claim or lets it supersede the one of its range; false if that one stands.
bool put_claim(row& x, const timed_item& claim);

/// Whether the member claims anything but removals.
[[nodiscard]] bool is_member(const row& x);

/// The keys of which a member wants to know all: of what it wants and what it serves. All keys if
/// it claims neither, since who is not in a group learns it whole, or if they are in more pieces
/// than limits::interest_ranges_max.
[[nodiscard]] key_set interest_of(const row& x);

/// Whether one of the row's claims touches the keys.
[[nodiscard]] bool touches(const row& x, const key_set& keys);

/// Appends to a message of its group what `x` is complete up to: what changed after `since` if that
/// can be told, else the complete row; within the keys that the message speaks of. Rows must be
/// added ascending by member.
void append_row(message& to, const row& x, const std::optional<stamp>& since);

/// What one node knows of a group: rows ascending by member, which never change once they are in
/// it. Copying shares them.
class group_rows {
public:
  [[nodiscard]] std::span<const std::shared_ptr<const row>> all() const noexcept { return rows_; }
  [[nodiscard]] const row* find(const net_id& member) const;

  /// Puts a row in the place of its member's former one.
  void put(row x);

  /// Drops a member's row; false if there is none.
  bool erase(const net_id& member);

  /// The sum of clock_hash of all rows that are complete up to some clock, modulo 2^64.
  [[nodiscard]] std::uint64_t hash() const noexcept { return hash_; }

  /// Whether a member is interested in a part of the keys.
  [[nodiscard]] bool has_narrow() const noexcept { return narrow_ != 0; }

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

  std::vector<std::shared_ptr<const row>> rows_;
  std::uint64_t hash_ = 0;
  std::size_t claims_ = 0;
  std::size_t narrow_ = 0;  // members interested in a part of the keys
  std::uint64_t version_ = 0;
  routing_index routes_;
  std::vector<owner> gone_;  // what routes_ does not say yet
  std::vector<owner> come_;
};

/// The clocks up to which the rows are complete.
[[nodiscard]] world_clock clocks_of(const group_rows& group);

}  // namespace scalesmall
