#pragma once

#include <compare>
#include <optional>
#include <string>
#include <vector>

#include "messages/application_batch.hpp"
#include "messages/broadcast_id.hpp"
#include "messages/digest.hpp"
#include "messages/message.hpp"

namespace scalesmall {

/// For how long a member has not been heard of.
struct silence {
  net_id member;
  std::uint32_t seconds = 0;

  friend auto operator<=>(const silence&, const silence&) = default;
};

/// "192.168.1.100:29999 silent for 7200 s".
[[nodiscard]] std::string to_string(const silence& x);

/// The envelope of one hop: who sends, what it has heard, whom the receiver is to serve, and the
/// payload.
///
/// Every hop is a broadcast of its sender: a relay sends on under its own id, and names the
/// broadcasts whose news it carries in other_ids. So who hears whom by multicast can be told from
/// any gossip.
struct gossip {
  broadcast_id current_id;              ///< this hop: its sender and the sender's number for it
  std::vector<broadcast_id> seen_ids;   ///< newest of each node that the sender heard by multicast;
                                        ///< ascending, one per origin
  std::vector<broadcast_id> other_ids;  ///< broadcasts whose news this one passes on; ascending
  std::vector<net_id> distribution_list;  ///< whom the receiver is to serve; ascending
  std::vector<message> messages;          ///< rows of groups, ascending by order_of
  std::optional<digest> summary = {};     ///< set on the gossips of an exchange between two nodes
  std::vector<std::uint64_t> acknowledged = {};  ///< numbers of the receiver's own hops that have
                                                 ///< been merged; ascending
  std::vector<silence> silent = {};  ///< those of the rows' members that the sender has not heard
                                     ///< of for long; ascending by member
  std::optional<application_batch> application = {};  ///< what a program told others; such a gossip
                                                      ///< carries nothing else

  friend auto operator<=>(const gossip&, const gossip&) = default;
};

/// For logs: the id and how much of what it carries, on one line.
[[nodiscard]] std::string to_string(const gossip& x);

}  // namespace scalesmall
