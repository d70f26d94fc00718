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

/// How long the sender of a gossip has not heard of a member.
struct silence {
  net_id member;
  std::uint32_t seconds = 0;

  friend auto operator<=>(const silence&, const silence&) = default;
};

/// "192.168.1.100:29999 silent for 7200 s".
[[nodiscard]] std::string to_string(const silence& x);

/// One hop of a broadcast, or one step of an exchange: an envelope and a payload.
///
/// Every hop is a broadcast of its sender: a relay sends under its own id and lists in other_ids
/// the broadcasts whose news it carries. So every gossip tells which nodes its sender hears by
/// multicast.
struct gossip {
  /// This hop: its sender and the sender's number for it.
  broadcast_id current_id;
  /// The newest broadcast of each node that the sender has heard by multicast. Ascending, one per
  /// origin.
  std::vector<broadcast_id> seen_ids;
  /// The broadcasts whose news this one carries. Ascending.
  std::vector<broadcast_id> other_ids;
  /// The nodes that the receiver has to serve. Ascending.
  std::vector<net_id> distribution_list;
  /// Rows of groups, ascending by order_of.
  std::vector<message> messages;
  /// Set if this is a step of an exchange between two nodes.
  std::optional<digest> summary = {};
  /// Numbers of the receiver's own hops that the sender has merged. Ascending.
  std::vector<std::uint64_t> acknowledged = {};
  /// Members of the rows that the sender has not heard of for long. Ascending by member.
  std::vector<silence> silent = {};
  /// Program messages. A gossip with these carries neither rows nor a digest.
  std::optional<application_batch> application = {};

  friend auto operator<=>(const gossip&, const gossip&) = default;
};

/// One line for logs: the id and how much the gossip carries.
[[nodiscard]] std::string to_string(const gossip& x);

}  // namespace scalesmall
