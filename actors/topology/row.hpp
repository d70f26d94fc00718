#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "messages/message.hpp"

namespace scalesmall {

/// Whether a node is a member of a group, as of a clock of its row. Any active claim makes it one.
struct presence {
  stamp as_of = {};   ///< {0, 0}: nothing is known
  bool here = false;  ///< true: a member

  friend bool operator==(const presence&, const presence&) = default;
};

/// A node's knowledge of one member in one group: all its claims up to a clock.
struct row {
  net_id member;
  stamp at = {};  ///< the claims are complete up to this clock; {0, 0}: up to none
  /// The newest clock of a tombstone (a claim with op `rmv`) that may have been dropped. A delta
  /// must not begin before it, since it could not tell that removal. A complete row can: a receiver
  /// drops the claims that are not in the row.
  stamp tombstones_dropped_to = {};
  /// Ascending by range. Some may be later than `at`, if changes between are missing. Such a claim
  /// replaces the one that its range had at `at`.
  std::vector<timed_item> claims = {};
  /// Presence as told by other nodes. It is set if the claims alone do not show it: they lack the
  /// ones outside this node's interest, or are all missing.
  presence told_presence = {};
  /// The sum, modulo 2^64, of claim_hash of the claims that are no tombstones. group_state keeps
  /// it.
  std::uint64_t active_hash = 0;

  friend bool operator==(const row& a, const row& b) {
    return a.member == b.member && a.at == b.at &&
           a.tombstones_dropped_to == b.tombstones_dropped_to && a.claims == b.claims &&
           a.told_presence == b.told_presence;
  }
};

/// The incarnation of the member that a row is of; 0 if the row says nothing. All stamps in a row
/// are of one incarnation.
[[nodiscard]] std::uint32_t incarnation_of(const row& x);

/// True if a row only says that its member has nothing in the group, and never had in this
/// incarnation (a void mark). It voids what is known of former ones.
[[nodiscard]] bool is_void_mark(const row& x);

/// The claim of a range, or null.
[[nodiscard]] const timed_item* find_claim(const row& x, key_range range);

/// Adds a claim, or replaces the one of its range if it supersedes that. False if nothing changed.
bool put_claim(row& x, const timed_item& claim);

/// The member's presence as told or by its claims, whichever is newer. If the claims show no
/// presence as of the row's clock, it is
/// - that of the newest active claim, if one is later than the clock,
/// - unknown, if only tombstones are later: they may have replaced the claims that showed it.
[[nodiscard]] presence presence_of(const row& x);

/// Whether the member was one as of the row's clock; nothing if the row does not tell.
[[nodiscard]] std::optional<bool> was_member(const row& x);

/// True if the member is known to be one.
[[nodiscard]] inline bool is_member(const row& x) { return presence_of(x).here; }

/// The newer of the two. Of two as of the same clock, absence wins.
[[nodiscard]] presence later(const presence& a, const presence& b);

/// The keys in which a member is interested: the union of the ranges that it wants or serves.
/// - All keys, if it claims nothing: a node that is not in a group learns the group whole.
/// - All keys, if they are in more pieces than limits::interest_ranges_max.
/// - No keys, if it is a member and all of its claims lie outside this node's own interest.
[[nodiscard]] key_set interest_of(const row& x);

/// True if one of the row's claims, tombstones included, touches the keys.
[[nodiscard]] bool touches(const row& x, const key_set& keys);

/// True if one of the row's claims that are no tombstones touches the keys.
[[nodiscard]] bool is_active_in(const row& x, const key_set& keys);

/// Returns `since` if the row can tell the changes after it, or nothing if it can only be told
/// whole. A row with a claim later than its clock is one of these: the claim may have replaced a
/// change.
[[nodiscard]] std::optional<stamp> delta_since(const row& x, const std::optional<stamp>& since);

/// Appends a row to a message of its group. Rows must be appended ascending by member.
/// - A delta of the changes after `since`, if the row can tell it; otherwise the complete row.
/// - Only claims that touch the message's keys, with the member's presence if those are a part.
/// - Only the presence, if the message is of no keys.
/// - Nothing, if the row would tell a presence as of its clock that is not known to be true.
void append_row(message& to, const row& x, const std::optional<stamp>& since);

}  // namespace scalesmall
