#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "actors/topology/topology.hpp"
#include "messages/key_set.hpp"

/// Who joins a group with a part of the keys gets, keeps and is sent only claims whose range
/// touches that part; of all members it gets, keeps and is sent that they are. Its rows of others
/// are complete within its interest, and it says so with each: nobody who wants more takes them for
/// complete.
namespace scalesmall {

/// Of which keys of a group this node wants to know all.
[[nodiscard]] key_set interest_in(const topology& t, std::string_view group);

/// The sum, modulo 2^64, of claim_hash of all claims but removals that touch the keys: alike for
/// two nodes that know the same within them, up to whatever clock their rows are complete.
[[nodiscard]] std::uint64_t hash_within(const group_state& group, const key_set& keys);

/// The clocks up to which the rows are complete that touch the keys.
[[nodiscard]] world_clock clocks_within(const group_state& group, const key_set& keys);

/// Gathers rows of a group for somebody who wants these keys of it.
class told_rows {
public:
  told_rows(const topology& t, std::string_view group, const key_set& wanted = {});

  /// Adds a row of this topology as append_row does. Ascending by member.
  void add(const row& x, const std::optional<stamp>& since);

  /// Adds whether somebody is a member, for who knows the claims; with what can be said of them if
  /// there are none. Ascending by member, and none that add() has added.
  void add_presence(const row& x);

  /// Appends messages, in the order of a gossip, that say of which keys they speak: of all that
  /// are wanted in the own row of this node, of those that it knows itself in the others'; of none
  /// where it knows that somebody is a member and no more.
  void move_to(std::vector<message>& all);

private:
  net_id self_;
  bool alike_;  // one message for all rows
  message own_;
  message others_;
  message presences_;
};

}  // namespace scalesmall
