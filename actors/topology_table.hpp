#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "actors/call_error.hpp"
#include "actors/topology.hpp"
#include "messages/result.hpp"

namespace scalesmall {

/// Decides what this node knows of all groups: its own claims by its callers' wishes, those of
/// others by what arrives.
///
/// Each member alone writes its row; a newer complete row replaces an older one. A row's clock in
/// `time` says up to where it is complete, so an arriving claim that is not newer and that the row
/// does not hold has been removed and is ignored. The claims of a member's former incarnations are
/// void in every group as soon as a newer one shows.
///
/// No thread safety: one owner calls it and publishes state() after each call.
class topology_table {
public:
  /// A node's first life of this process, or the state from which a restarted owner goes on.
  explicit topology_table(topology state);

  /// An accepted call: the claim it made, and this node's row of the group to be told to others.
  struct change {
    timed_item claim;
    message row;
  };

  /// Claims `get` over the range. Joining again changes nothing but tells the others once more.
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
    message
        news;  ///< complete rows that are newer here now; no clocks and no items if there are none
    std::vector<message>
        own_truth;     ///< rows to announce, because the message claimed for us what we did not
    bool gap = false;  ///< held claims that may follow others which we lack: ask for the rest
    std::uint32_t refused = 0;  ///< rows or claims over a limit
  };

  [[nodiscard]] outcome apply(const message& arrived);

  [[nodiscard]] const topology& state() const noexcept { return state_; }

private:
  [[nodiscard]] message* writable(const std::string& group);
  [[nodiscard]] std::optional<stamp> own_clock(const std::string& group) const;
  stamp next_stamp(const std::string& group);
  void raise_incarnation(std::uint32_t to);
  void accept_row(const message& arrived, const local_clock& clock, outcome& out);
  void accept_claim(const message& arrived, const timed_item& claim, outcome& out);
  void defend(const message& arrived, outcome& out);
  bool is_void(const local_clock& clock);
  void void_former_lives(const net_id& member);
  change own_change(const std::string& group, const timed_item& claim) const;

  topology state_;
  std::unordered_map<net_id, std::uint32_t>
      incarnations_;  // newest known of each other member; derived from state_
};

}  // namespace scalesmall
