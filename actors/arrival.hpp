#pragma once

#include <cstddef>
#include <variant>
#include <vector>

#include "actors/broadcast_core.hpp"
#include "actors/broadcasts_served.hpp"
#include "actors/peer_table.hpp"
#include "actors/topology.hpp"

namespace scalesmall {

/// Rows to tell every peer.
struct announcement {
  std::vector<message> rows;
};

/// News of an exchange: others may lack them too, unless a broadcast brings them.
struct exchanged {
  std::vector<message> rows;
};

/// A payload for one peer by TCP.
struct direct {
  net_id peer;
  payload what;
};

/// A list that is not served, so that nobody is to be told that it is.
struct hop_refused {};

/// Groups of which this node asks for less than it lacks; to be counted.
struct left_out {
  std::size_t groups = 0;
};

/// What is to be done about an arrived gossip.
using arrival_effect =
    std::variant<broadcast, announcement, exchanged, direct, hop_refused, left_out>;

/// Decides what follows from a gossip whose rows have been merged: serve the distribution list,
/// multicast the news, answer or continue an exchange, ask for what is missing.
///
/// The list is served whether or not the gossip was news here, for the news may have come by
/// multicast. But nobody serves the same of a broadcast twice (`broadcasts_served` says why); if it
/// comes again, a list of one may be a detour to a node that another cannot reach, and some
/// attempts are made. And what no node would say at once (`fits_relay`) is passed on to nobody:
/// exchanges bring what of it is kept.
///
/// News that came by an exchange are to be held and announced, as `held_news` says; but of whoever
/// began the exchange, who learns what is known to all around the answering node. What a newcomer
/// claims, who does not know yet whom to tell, is announced at once.
///
/// @param asked what of its list is still to be served
/// @param news what of the gossip's rows was new here
/// @param gaps the rows that may lack something, with what is known of them
/// @param newcomers those whom this node is to announce, as `newcomers` says
/// @param now  the topology after the merge
[[nodiscard]] std::vector<arrival_effect> conclude(const gossip& arrived, arrival_path path,
                                                   const broadcasts_served::task& asked,
                                                   const std::vector<message>& news,
                                                   const std::vector<group_digest>& gaps,
                                                   const std::vector<net_id>& newcomers,
                                                   const topology& now);

}  // namespace scalesmall
