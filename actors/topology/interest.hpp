#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "actors/topology/topology.hpp"
#include "messages/key_set.hpp"

/// Interest: a node may join a group with only a part of the keys. Such a narrow node:
/// - is sent and keeps only the claims that touch its part;
/// - is sent and keeps the presence of every member;
/// - holds rows that are complete within its part only. Its messages name that part, so that a node
///   that wants more does not take such a row for complete.
namespace scalesmall {

/// The keys of a group whose claims this node wants to know.
[[nodiscard]] key_set interest_in(const topology& t, std::string_view group);

/// The sum, modulo 2^64, of claim_hash of the claims that touch the keys, without tombstones. Two
/// nodes with the same claims there get the same hash, even if the clocks of their rows differ.
[[nodiscard]] std::uint64_t hash_within(const group_state& group, const key_set& keys);

/// The clocks of the rows that touch the keys. A row that is complete up to no clock has none.
[[nodiscard]] world_clock clocks_within(const group_state& group, const key_set& keys);

/// Collects rows of a group for a receiver that wants these keys of it.
class row_collector {
public:
  row_collector(const topology& t, std::string_view group, const key_set& wanted = {});

  /// Adds a row of this topology as append_row does. Rows must come ascending by member.
  /// @returns false if there is nothing to tell of the row
  bool add(const row& x, const std::optional<stamp>& since);

  /// Adds only the presence of the row's member, for a receiver that already has the claims. A row
  /// without an active claim among the wanted keys is added as by add(). Rows must come ascending
  /// by member, none of them also through add().
  /// @returns false if there is nothing to tell of the row
  bool add_presence(const row& x);

  /// Appends up to three messages, in the order of a gossip. Each names the keys that it speaks of:
  /// - this node's own row: all wanted keys;
  /// - rows of others: the wanted keys in which this node is interested, too;
  /// - presences: no keys.
  void move_to(std::vector<message>& all);

private:
  [[nodiscard]] std::size_t told() const noexcept;

  net_id self_;
  bool alike_;  // one message takes own and others' rows: this node knows all wanted keys
  message own_;
  message others_;
  message presences_;
};

}  // namespace scalesmall
