#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <scalesmall/call_error.hpp>
#include <scalesmall/result.hpp>
#include <string>
#include <unordered_map>
#include <vector>

#include "actors/topology/row_mark.hpp"
#include "actors/topology/tombstones.hpp"
#include "actors/topology/topology.hpp"

namespace scalesmall {

/// Decides what the topology becomes: by this node's own calls, by what arrives, by time.
///
/// Each member alone writes its row. A row's clock says up to where it is complete, so an arriving
/// claim that is not newer and that the row does not hold has been removed and is ignored. A
/// complete row takes the place of an older one; a delta moves the clock on if it begins where the
/// row ends or before, else there is a gap. The claims of a member's former incarnations are void
/// in every group as soon as a newer one shows.
///
/// If this node is interested in a part of a group's keys, the rows of others hold the claims that
/// touch it, and what is said of a row holds within it; of every member it is known that it is one.
/// If the interest grows, the rows are complete up to nowhere until they are told anew.
///
/// No thread safety: one owner calls it and publishes state() after each call.
class topology_table {
public:
  /// A node's first life of this process, or the state from which a restarted owner goes on.
  explicit topology_table(topology state);
  topology_table(topology_table&&) = default;
  topology_table& operator=(topology_table&&) = default;

  /// An accepted call: the claim it made, and what of this node's row is to be told to others.
  struct change {
    timed_item claim;
    row_mark told;
  };

  /// Claims `get` over the range, and so is interested in it; in all keys, if the range is whole.
  /// Joining again changes nothing but tells the others once more.
  [[nodiscard]] result<change, call_error> join(const std::string& group,
                                                key_range range = whole_range);

  /// Claims to serve the range on the port; joins the group with the whole range first if this node
  /// is not in it.
  [[nodiscard]] result<change, call_error> add_item(const std::string& group, key_range range,
                                                    std::uint16_t port);

  /// Takes a claim to serve back: the key turns to `get` if the node joined with exactly this
  /// range, else to `rmv`. call_error::not_found if the node does not serve the range on that port.
  [[nodiscard]] result<change, call_error> remove_item(const std::string& group, key_range range,
                                                       std::uint16_t port);

  /// Turns all own claims in the group to `rmv` with one new clock; the change's claim is the first
  /// of them. call_error::not_found if the node is not in the group.
  [[nodiscard]] result<change, call_error> leave(const std::string& group);

  /// What an arrived message did.
  struct outcome {
    std::vector<row_mark> news;  ///< the rows that are newer here now
    std::vector<row_mark>
        own_truth;    ///< rows to announce, because the message claimed for us what we did not
    world_clock gap;  ///< up to where the rows are complete whose claims in the message may follow
                      ///< others that we lack; {0, 0}: up to nowhere
    std::uint32_t refused = 0;  ///< rows or claims over a limit
  };

  [[nodiscard]] outcome apply(const message& arrived);

  /// From now on no greater incarnation counts, of whomever, be it another's or a claim for this
  /// node. At first all count but the last, which is nobody's.
  void bound_incarnations(std::uint32_t latest) noexcept { incarnation_max_ = latest; }

  /// Drops the removals that have stood for the grace time; call it now and then. True if there
  /// were any.
  bool expire(moment now, moment grace);

  /// Drops the rows of members that have not been heard of for too long. True if there were any.
  bool forget(const std::vector<net_id>& members);

  /// What the groups are now; those that it names never change again.
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
  void drop_rows(const net_id& member);

  topology state_;
  /// The groups that nobody else has seen since they last changed, and that can change in place.
  mutable std::map<std::string, std::shared_ptr<group_state>, std::less<>> open_;
  std::uint32_t incarnation_max_ = std::numeric_limits<std::uint32_t>::max() - 1;
  std::size_t claims_ = 0;  // of all groups
  tombstones removals_;
  std::unordered_map<net_id, std::uint32_t>
      incarnations_;  // newest known of each other member; derived from state_
};

}  // namespace scalesmall
