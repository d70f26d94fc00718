#pragma once

#include <optional>
#include <scalesmall/net_id.hpp>
#include <vector>

namespace scalesmall {

/// One TCP message of a broadcast: its receiver, and the nodes that the receiver has to serve in
/// its turn.
struct assignment {
  net_id target;
  std::vector<net_id> rest;

  friend bool operator==(const assignment&, const assignment&) = default;
};

/// Peers that all hear each other's multicast; one TCP message serves them all.
using multicast_unit = std::vector<net_id>;

/// The messages that `self` sends, in this order, so that each peer of these units is served
/// exactly once. The first message goes to a peer of the largest unit and hands over that unit's
/// other peers and half of the other units. The next message does the same with the units that
/// remain, until none does. A peer must stand in at most one unit, once; empty units are ignored.
///
/// If every node serves its rest in the same way, one message a round, then each of n units has a
/// contact after at most floor(log2 n) + 1 rounds.
///
/// The halves are arcs of the ring of all ids that begins after `self`; of units of one size the
/// middle one is served first. So a node talks to the same few peers whichever node begins the
/// broadcast: those about half way around the ring, a quarter, an eighth and so on, as the fingers
/// of Chord (Stoica et al. 2001). Its connections to them stay open, and different nodes talk to
/// different peers.
[[nodiscard]] std::vector<assignment> plan_broadcast(const net_id& self,
                                                     std::vector<multicast_unit> units);

/// The same message for the next node of the half, after its target could not be reached; nothing
/// if no node is left.
[[nodiscard]] std::optional<assignment> hand_over(assignment failed);

}  // namespace scalesmall
