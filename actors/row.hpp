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

/// Whether somebody was a member of a group as of a clock of its row, by whatever claims.
struct presence {
  stamp as_of = {};  ///< {0, 0}: nothing is known
  bool here = false;

  friend bool operator==(const presence&, const presence&) = default;
};

/// What one node knows of one member in one group.
struct row {
  net_id member;
  stamp at = {};  ///< up to which change the claims are complete; {0, 0}: up to none
  /// The newest clock of a removal that the claims may lack, since removals are dropped after a
  /// time. No delta that begins before it may be told: the complete row says the same by silence.
  stamp forgotten = {};
  std::vector<timed_item> claims = {};  ///< ascending by range; later ones than `at` may be among
                                        ///< them, if what comes between is lacking
  /// Told by others, where the claims alone do not tell: they lack those in which this node is not
  /// interested, or all. Nothing if the row is complete up to that clock.
  presence told = {};

  friend bool operator==(const row&, const row&) = default;
};

/// The claim of a range, or null.
[[nodiscard]] const timed_item* find_claim(const row& x, key_range range);

/// Adds a claim or lets it supersede the one of its range; false if that one stands.
bool put_claim(row& x, const timed_item& claim);

/// What is known of whether the member is one, and as of when.
[[nodiscard]] presence presence_of(const row& x);

/// Whether the member claims anything but removals.
[[nodiscard]] inline bool is_member(const row& x) { return presence_of(x).here; }

/// The newer of the two; of two as of the same clock, absence.
[[nodiscard]] presence later(const presence& a, const presence& b);

/// The keys of which a member wants to know all: of what it wants and what it serves. All keys if
/// it claims neither, since who is not in a group learns it whole, or if they are in more pieces
/// than limits::interest_ranges_max. As far as this node is interested in them: no keys, if all of
/// the member's claims lie outside.
[[nodiscard]] key_set interest_of(const row& x);

/// Whether one of the row's claims touches the keys.
[[nodiscard]] bool touches(const row& x, const key_set& keys);

/// Whether one of the row's claims that are not removals does.
[[nodiscard]] bool is_active_in(const row& x, const key_set& keys);

/// Appends to a message of its group what `x` is complete up to: what changed after `since` if that
/// can be told, else the complete row; within the keys that the message speaks of, and whether the
/// member is one. Of a part of no keys only this. Rows must be added ascending by member.
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

  std::vector<std::shared_ptr<const row>> rows_;
  std::uint64_t hash_ = 0;
  std::uint64_t members_hash_ = 0;
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
