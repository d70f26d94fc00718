#pragma once

#include <optional>
#include <scalesmall/net_id.hpp>
#include <vector>

namespace scalesmall {

/// What one TCP message of a broadcast asks of its receiver: to serve the rest in the same way.
struct assignment {
  net_id target;
  std::vector<net_id> rest;

  friend bool operator==(const assignment&, const assignment&) = default;
};

/// Peers that hear each other's multicast; one TCP contact serves them all.
using multicast_unit = std::vector<net_id>;

/// What `self` sends, in this order, so that each peer of these units is served exactly once: by
/// halves of the units, the largest first. The first message goes to a peer of the largest unit and
/// hands it that unit's other peers and half of the other units; so does the next with what
/// remains, until nothing does. If every node serves its rest in the same way and a node sends one
/// message a round, then n units have a contact after at most floor(log2 n) + 1 rounds. A peer must
/// stand in at most one unit, once; empty units are passed over.
///
/// The halves are arcs of the ring of all ids that begins after `self`, and of units of one size
/// the middle one is served first. So whoever begins a broadcast, a node talks to the same few
/// peers, about half way around the ring, a quarter, an eighth and so on (the fingers of Chord,
/// Stoica et al. 2001), whose connections stand; and different nodes talk to different ones.
[[nodiscard]] std::vector<assignment> plan_broadcast(const net_id& self,
                                                     std::vector<multicast_unit> units);

/// The same message for the next node of the half, because its target cannot be reached; nothing if
/// there is none left.
[[nodiscard]] std::optional<assignment> hand_over(assignment failed);

}  // namespace scalesmall
