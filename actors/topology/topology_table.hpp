#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <scalesmall/call_error.hpp>
#include <scalesmall/result.hpp>
#include <scalesmall/served_range.hpp>
#include <string>
#include <unordered_map>
#include <vector>

#include "actors/topology/row_mark.hpp"
#include "actors/topology/tombstones.hpp"
#include "actors/topology/topology.hpp"

namespace scalesmall {

/// Decides how the topology changes by this node's own calls, by arriving messages and by time. It
/// is a CRDT: tables that have heard the same messages in any order agree.
///
/// Merge rules:
/// - Only a member itself makes claims for its row.
/// - A row's clock says up to where it is complete. An arriving claim that is not newer and that
///   the row does not hold has been removed, and is ignored.
/// - A complete row replaces an older one.
/// - A delta advances the clock if it begins at the row's clock or before. A delta that begins
///   later leaves a gap.
/// - The claims of a member's former incarnations are void in every group once a newer incarnation
///   is known.
///
/// Interest in a part of a group's keys (interest.hpp):
/// - The rows of others hold only the claims that touch the part, and are complete within it.
/// - The presence of every member is known.
/// - If the interest grows, no row of another member is complete until it arrives anew.
///
/// Not thread-safe: one owner calls it and publishes state() after each call.
class topology_table {
public:
  /// Begins with an empty topology, or continues from the state that a crashed owner published.
  explicit topology_table(topology state);
  topology_table(topology_table&&) = default;
  topology_table& operator=(topology_table&&) = default;

  /// The result of an accepted call.
  struct change {
    timed_item claim;
    row_mark told;  ///< to announce: this node's row, from before the change
  };

  /// Claims `get` over the range and so makes this node interested in it. Joining again changes
  /// nothing, but announces the row once more. Errors: invalid_argument, limit_exceeded.
  [[nodiscard]] result<change, call_error> join(const std::string& name,
                                                key_range range = whole_range);

  /// Claims to serve the range on the port. Joins the group with the whole range first if this node
  /// has not joined it. Errors: invalid_argument, limit_exceeded.
  [[nodiscard]] result<change, call_error> add_item(const std::string& name, key_range range,
                                                    std::uint16_t port);

  /// Withdraws a claim to serve. The claim turns to `get` if the node joined with exactly this
  /// range, otherwise to `rmv`. Errors: invalid_argument; not_found if the node does not serve the
  /// range on that port.
  [[nodiscard]] result<change, call_error> remove_item(const std::string& name, key_range range,
                                                       std::uint16_t port);

  /// The result of an accepted call that makes several claims.
  struct changes {
    std::vector<timed_item> claims;  ///< ascending by range
    row_mark told;                   ///< to announce: this node's row, from before the changes
  };

  /// As add_item for each of the ranges, with one clock for all. Nothing changes if one of them
  /// fails. The claims of the result are those of the ranges. Errors: invalid_argument also if
  /// there is no range, or one twice; limit_exceeded.
  [[nodiscard]] result<changes, call_error> add_items(const std::string& name,
                                                      std::vector<served_range> served);

  /// The same, and withdraws all other claims to serve as remove_item does. Without ranges it
  /// withdraws all; the node stays a member. The claims of the result are those of the ranges.
  [[nodiscard]] result<changes, call_error> set_items(const std::string& name,
                                                      std::vector<served_range> served);

  /// Turns all own claims in the group to `rmv` with one new clock. The change's claim is the first
  /// of them. Error: not_found if this node has not joined the group.
  [[nodiscard]] result<change, call_error> leave(const std::string& name);

  /// The result of merging a message.
  struct outcome {
    std::vector<row_mark> news;  ///< the rows that became newer here
    /// This node's own rows, to announce: the message had claims for this node that it never made.
    std::vector<row_mark> own_truth;
    /// Rows with a gap: this node's clock for each member whose claims in the message may follow
    /// others that are missing here. {0, 0}: the row is complete up to no clock.
    world_clock gap;
    std::uint32_t refused = 0;                ///< rows or claims over a limit
    std::optional<local_clock> impossible{};  ///< the first clock of an incarnation over the bound
  };

  /// Merges a message. Idempotent.
  [[nodiscard]] outcome apply(const message& arrived);

  /// From now on ignores rows and claims of greater incarnations, those for this node included. The
  /// bound is initially the greatest number but one; the greatest is never valid.
  void bound_incarnations(std::uint32_t latest) noexcept { incarnation_max_ = latest; }

  /// Drops the tombstones whose grace time is over. To be called now and then. True if there were
  /// any.
  bool expire(moment now, moment grace);

  /// Drops all that is known of these members. True if there was anything.
  bool forget(const std::vector<net_id>& members);

  /// forget(); and from then on ignores what is told of these members' present lives, since others
  /// may not have forgotten them yet.
  bool ban(const std::vector<net_id>& members);

  /// Ends the ban of these members.
  void readmit(const std::vector<net_id>& members);

  /// The incarnation of this node, which is to be above every former one. Takes a lower one if the
  /// present one is not possible, because the wall clock was far ahead when the node started.
  /// @returns whether it did; then the own rows are to be announced
  bool correct_incarnation(std::uint32_t now);

  /// Drops all that is known of members whose incarnation is over the bound, because the wall clock
  /// was far ahead when it was learned. True if there was anything.
  bool drop_impossible();

  /// The present state. The groups in it never change.
  [[nodiscard]] const topology& state() const noexcept {
    for (const auto& [name, rows] : open_) rows->settle();
    open_.clear();
    return state_;
  }

private:
  /// A group that a call works on. Its state is looked up once, and again where it may be another.
  struct target {
    const std::string& name;
    const group_state* state;  ///< null: the group is not known

    [[nodiscard]] const row* find(const net_id& member) const {
      return state ? state->find(member) : nullptr;
    }
  };

  [[nodiscard]] target look_up(const std::string& group) const;
  void renew(target& group) const { group.state = find_group(state_, group.name); }
  [[nodiscard]] const row* own(const target& group) const { return group.find(state_.self); }
  [[nodiscard]] row own_row(const target& group) const;
  [[nodiscard]] stamp next_stamp(target& group);
  void note_joined(const std::string& group, key_range range);
  void follow_interest(target& group, const key_set& before, const key_set& wanted);
  change own_change(target& group, row changed, const timed_item& claim);
  enum class others : bool { stay, go };
  [[nodiscard]] result<changes, call_error> serve(const std::string& name,
                                                  std::vector<served_range> served, others rest);
  [[nodiscard]] item withdrawn(const std::string& name, const item& claim) const;
  /// The group's rows, to be changed.
  [[nodiscard]] group_state& open(target& group);
  void put(target& group, row x);
  void erase(target& group, const net_id& member);
  [[nodiscard]] bool has_room(const target& group, const row& x) const;
  void raise_incarnation(std::uint32_t to);
  void accept_row(target& group, const message& arrived, const local_clock& clock,
                  const key_set& wanted, outcome& out);
  void accept_complete(target& group, row next, outcome& out);
  void accept_delta(target& group, const row& next, const stamp& since, const key_set& wanted,
                    outcome& out);
  void accept(target& group, row next, const std::optional<stamp>& since, outcome& out);
  void accept_presence(target& group, const net_id& member, const presence& told, outcome& out);
  void accept_loose(target& group, const std::vector<timed_item>& claims, outcome& out);
  void defend(target& group, const message& arrived, outcome& out);
  void put_empty_own_row(target& group, outcome& out);
  [[nodiscard]] bool is_possible(std::uint32_t incarnation) const;
  [[nodiscard]] bool is_void(target& group, const local_clock& clock);
  [[nodiscard]] bool is_banned(const local_clock& clock);
  void drop_rows(const net_id& member);

  topology state_;
  /// The groups that changed since state() was last called. No one else has seen them, so they can
  /// change in place.
  mutable std::map<std::string, std::shared_ptr<group_state>, std::less<>> open_;
  std::uint32_t incarnation_max_ = std::numeric_limits<std::uint32_t>::max() - 1;
  std::size_t claims_ = 0;  // of all groups
  tombstones tombstones_;
  // The newest known incarnation of each other member; derived from state_.
  std::unordered_map<net_id, std::uint32_t> incarnations_;
  // The newest incarnation of each banned member.
  std::map<net_id, std::uint32_t> banned_;
};

}  // namespace scalesmall
