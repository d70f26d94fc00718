#pragma once

#include <cstddef>
#include <optional>
#include <variant>
#include <vector>

#include "actors/arrival/seen_broadcasts.hpp"
#include "actors/broadcast/broadcast.hpp"
#include "actors/peers/peer_table.hpp"
#include "actors/topology/anti_entropy.hpp"
#include "actors/topology/merge_outcome.hpp"
#include "actors/topology/row_mark.hpp"

namespace scalesmall {

/// News that came by an exchange: other nodes may lack them, too, unless a broadcast brings them.
struct exchanged {
  std::vector<row_mark> rows;
};

/// The distribution list is not served, so the gossip must not be acknowledged.
struct hop_refused {};

/// This node asks for less than it lacks; to be counted.
struct groups_left_out {
  std::size_t groups = 0;
};

/// An answer that is too long to be made at once: its first part, and where it goes on.
struct long_answer {
  std::optional<direct> first;  ///< none if this node only lacks something and cannot ask any more
  answer_position rest;
};

/// What follows from an arrived gossip.
using arrival_consequence = std::variant<broadcast, announcement, exchanged, direct, long_answer,
                                         hop_refused, groups_left_out>;

/// A part of the answer to a step of an exchange.
struct answer_part {
  std::optional<direct> what = {};
  std::size_t left_out = 0;  ///< groups of which this node asks for less than it lacks
  std::optional<answer_position> rest = {};  ///< where the next part begins, if there is one
};

/// Makes the part of the answer that begins there.
[[nodiscard]] answer_part answer(const gossip& asked, const topology& now,
                                 const answer_position& begin = {});

/// Decides what follows from a gossip whose rows have been merged: serve the distribution list,
/// multicast the news, answer or continue an exchange, ask for what is missing.
///
/// The list is served whether or not the gossip was news here, since the news may have come by
/// multicast. But no node serves the same part of a broadcast twice (`seen_broadcasts` says why).
/// If a broadcast comes again with a list of one, that may be a detour to a node that the sender
/// cannot reach, and some attempts are made. What no node would say at once (`fits_relay`) is not
/// passed on; exchanges bring what is kept of it.
///
/// News that came by a request or a push are held and announced later (`delayed_announcements`).
/// News that came by an answer are not: all nodes around the answering one know them. The claims of
/// a newcomer are announced at once, since it does not know yet which nodes to tell.
///
/// @param asked the part of the list that is still to be served
/// @param merged what merging its rows changed
/// @param newcomers the nodes that this node is to announce, as `newcomers` says
/// @param now  the topology after the merge
/// @param room clocks and claims that an answer may tell; without room there is no answer
[[nodiscard]] std::vector<arrival_consequence> decide(const gossip& arrived, arrival_path path,
                                                      const seen_broadcasts::task& asked,
                                                      const merge_outcome& merged,
                                                      const std::vector<net_id>& newcomers,
                                                      const topology& now,
                                                      std::size_t room = limits::reply_entries_max);

}  // namespace scalesmall
