#pragma once

#include <variant>
#include <vector>

#include "actors/arrival/seen_broadcasts.hpp"
#include "actors/broadcast/broadcast.hpp"
#include "actors/peers/peer_table.hpp"
#include "actors/topology/row_mark.hpp"

namespace scalesmall {

/// News of an exchange: others may lack them too, unless a broadcast brings them.
struct exchanged {
  std::vector<row_mark> rows;
};

/// What follows from an arrived gossip.
using arrival_consequence = std::variant<broadcast, announcement, exchanged, direct>;

/// Decides what follows from a gossip whose rows have been merged: serve the distribution list,
/// multicast the news, answer or continue an exchange, ask for what is missing.
///
/// The list is served whether or not the gossip was news here, for the news may have come by
/// multicast. But nobody serves the same of a broadcast twice (`seen_broadcasts` says why); if it
/// comes again, a list of one may be a detour to a node that another cannot reach, and some
/// attempts are made. And rows that no node would say at once (`fits_hop`) are passed on to nobody:
/// exchanges bring what of them is kept.
///
/// News that came by an exchange are to be held and announced, as `delayed_announcements` says; but
/// of whoever began the exchange, who learns what is known to all around the answering node. What a
/// newcomer claims, who does not know yet whom to tell, is announced at once.
///
/// @param asked what of its list is still to be served
/// @param news what of the gossip's rows was new here
/// @param gaps the rows that may lack something, with what is known of them
/// @param newcomers those whom this node is to announce, as `newcomers` says
/// @param now  the topology after the merge
[[nodiscard]] std::vector<arrival_consequence> decide(const gossip& arrived, arrival_path path,
                                                      const seen_broadcasts::task& asked,
                                                      const std::vector<row_mark>& news,
                                                      const std::vector<group_digest>& gaps,
                                                      const std::vector<net_id>& newcomers,
                                                      const topology& now);

}  // namespace scalesmall
