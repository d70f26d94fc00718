#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

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

/// `since`, if the row's changes after it can be told; nothing if only the complete row can be.
[[nodiscard]] std::optional<stamp> delta_since(const row& x, const std::optional<stamp>& since);

/// Appends to a message of its group what `x` is complete up to: what changed after `since` if that
/// can be told, else the complete row; within the keys that the message speaks of, and whether the
/// member is one. Of a part of no keys only this. Rows must be added ascending by member.
void append_row(message& to, const row& x, const std::optional<stamp>& since);

}  // namespace scalesmall
