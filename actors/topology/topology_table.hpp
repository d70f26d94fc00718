#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <scalesmall/call_error.hpp>
#include <scalesmall/result.hpp>
#include <scalesmall/served_range.hpp>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "actors/topology/incarnation_bound.hpp"
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
/// - The claims of a member's former incarnations are void in every group once a row of a newer
///   incarnation is known. Nothing but a row makes an incarnation known: this node tells the row to
///   the member, which can then refute it.
///
/// Interest in a part of a group's keys (interest.hpp):
/// - The rows of others hold only the claims that touch the part, and are complete within it.
/// - The presence of every member is known.
/// - If the interest grows, no row of another member is complete until it arrives anew.
///
/// Not thread-safe: one owner calls it, and publishes state() once a change is to be seen.
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

  /// From now on this node's state names its membership of the group, with the ranges that it has
  /// joined with, and these of its claims as ones that outlive it. Others have no part in that.
  void keep(const std::string& name, const std::vector<served_range>& served);

  /// After a call that changed this node's claims in the group: what was kept and no longer stands
  /// is not kept any more. False if that is no change.
  bool drop_fallen(const std::string& name);

  /// Makes the claims that a former life of this node kept, and keeps them.
  /// @returns the groups in which not all of them could be made
  [[nodiscard]] std::vector<std::string> make_kept(const kept_claims& before);

  /// The result of merging a message.
  struct outcome {
    std::vector<row_mark> news;  ///< the rows that became newer here
    /// Rows with a gap: this node's clock for each member whose claims in the message may follow
    /// others that are missing here. {0, 0}: the row is complete up to no clock.
    world_clock gap;
    std::uint32_t refused = 0;                ///< rows or claims over a limit
    std::optional<local_clock> impossible{};  ///< the first clock of an incarnation over the bound
  };

  /// Merges a message. Idempotent. Rows of former lives of its members may stand in other groups
  /// until drop_outdated() has dropped them. What it says falsely of this node is kept for
  /// refute().
  [[nodiscard]] outcome merge(const message& arrived);

  /// Drops rows of former lives of members, some at most. True if none is left.
  bool drop_outdated(std::size_t some);

  /// True if messages have said of this node what it never said.
  [[nodiscard]] bool is_accused() const noexcept { return accused_.has_value(); }

  /// True if that is to be refuted now: this node does so once a second at most.
  [[nodiscard]] bool may_refute() const noexcept {
    return accused_ && (!refuted_ || !clock_ || *refuted_ != *clock_);
  }

  /// Refutes all that was said falsely of this node: by a new incarnation, or, if the claims are of
  /// a former one, by any row of the present one. Returns this node's own rows, to be announced.
  [[nodiscard]] std::vector<row_mark> refute();

  /// From now on ignores rows and claims of greater incarnations, those for this node included. The
  /// bound is initially the greatest number but one; the greatest is never valid.
  void bound_incarnations(std::uint32_t latest) noexcept { incarnation_max_ = latest; }

  /// Sets the time of the wall clock, by which incarnations are bounded (incarnation_bound). As
  /// long as it has not been set, all incarnations count but 0 and the greatest one.
  void set_clock(std::chrono::seconds since_1970) noexcept { clock_ = since_1970; }

  /// Drops the tombstones whose grace time is over. To be called now and then. True if there were
  /// any.
  bool expire(time_point now, duration grace);

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

  /// From now on the routes leave these members out, ascending. Their rows stay as they are. False
  /// if that is no change.
  bool set_unreachable(std::vector<net_id> members);

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

  /// What is known of a member over all groups.
  struct member_index {
    std::uint32_t incarnation = 0;      ///< the newest that a row shows
    std::set<std::string_view> groups;  ///< with a row of the member; views of the names in state_
    std::size_t claims = 0;             ///< in all these rows
    bool outdated = false;              ///< some rows may be of former incarnations
    std::string scanned;                ///< of these groups the last that was looked at
    incarnation_bound bound;
  };

  /// What was said falsely of this node.
  struct accusation {
    std::uint32_t incarnation = 0;  ///< the greatest of the false claims
    bool of_former_life = true;
    std::string group;  ///< a group that it was said of
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
  [[nodiscard]] bool has_room(const target& group, const net_id& member, std::size_t claims) const;
  void raise_incarnation(std::uint32_t to);
  /// The member's row, unless it is of a former incarnation.
  [[nodiscard]] const row* current(const target& group, const local_clock& clock) const;
  void accept_row(target& group, const message& arrived, const local_clock& clock,
                  const key_set& wanted, outcome& out);
  void accept_complete(target& group, row next, outcome& out);
  void accept_delta(target& group, const row& next, const stamp& since, const key_set& wanted,
                    outcome& out);
  void accept(target& group, row next, const std::optional<stamp>& since, outcome& out);
  void accept_presence(target& group, const net_id& member, const presence& told, outcome& out);
  void accept_loose(target& group, std::span<const timed_item> claims, outcome& out);
  void hear(const target& group, const message& arrived, outcome& out);
  void accuse(std::uint32_t incarnation, bool of_former_life, const std::string& group);
  void put_void_mark(const std::string& name);
  [[nodiscard]] bool keeps_void_mark(const net_id& member, std::string_view group) const;
  [[nodiscard]] std::uint32_t known_incarnation(const net_id& member) const;
  [[nodiscard]] std::uint32_t incarnation_limit(const net_id& member) const;
  [[nodiscard]] bool is_void(const local_clock& clock);
  void note_incarnation(const net_id& member, member_index& known, std::uint32_t incarnation);
  bool expire(const tombstones::entry& over);
  [[nodiscard]] std::vector<row_mark> own_marks() const;
  [[nodiscard]] bool is_banned(const local_clock& clock);
  void drop_rows(const net_id& member);

  topology state_;
  /// The groups that changed since state() was last called. No one else has seen them, so they can
  /// change in place.
  mutable std::map<std::string, std::shared_ptr<group_state>, std::less<>> open_;
  std::size_t claims_ = 0;  // of all groups
  tombstones tombstones_;
  std::unordered_map<net_id, member_index> members_;  // this node included; derived from state_
  // The newest incarnation of each banned member.
  std::map<net_id, std::uint32_t> banned_;
  std::uint32_t incarnation_max_ = std::numeric_limits<std::uint32_t>::max() - 1;
  std::vector<net_id> outdated_;
  std::optional<accusation> accused_;
  std::optional<std::chrono::seconds> clock_;
  std::optional<std::chrono::seconds> refuted_;  // when last
  incarnation_bound own_bound_;
};

}  // namespace scalesmall
