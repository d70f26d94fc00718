#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "messages/gossip.hpp"
#include "messages/limits.hpp"
#include "net/frames/frame.hpp"
#include "net/planning/broadcast_plan.hpp"

namespace scalesmall {

/// The content of a gossip, without the envelope of its hop. Shared by all hops of a broadcast.
struct payload {
  std::vector<broadcast_id> other_ids;
  std::vector<message> messages;
  std::optional<digest> summary;
  std::vector<silence> silent = {};              ///< of the members in messages, ascending
  std::vector<std::uint64_t> acknowledged = {};  ///< as in gossip
  std::shared_ptr<const application_batch> application = {};
};

/// One TCP message of a broadcast, with all that it takes to send it to another relay instead.
struct tcp_hop {
  broadcast_id id;
  std::vector<broadcast_id> seen_ids;
  std::shared_ptr<const payload> what;
  assignment to;
  int tries = 0;     ///< how often it was sent again because nobody acknowledged it
  int failures = 0;  ///< how often another got it because its target could not be reached
  /// What it takes of a budget, until the last copy is gone; null if nothing.
  std::shared_ptr<const void> room = {};
};

/// Ranges, items and clocks in one frame, unless they are one row; about 20 bytes each make
/// limits::frame_bytes_target.
inline constexpr std::size_t hop_entries_max = limits::frame_bytes_target / 20;

/// Tries of a hop; beyond them the next exchange has to bring what it said.
inline constexpr int hop_tries_max = 16;

/// Tries that count as made already if a hop may be another node's detour.
inline constexpr int hop_tries_of_detour = 5;

/// Failures of a hop, likewise. So a list of invented nodes, which anybody can write, costs little.
inline constexpr int hop_failures_max = 8;

/// The hops of a broadcast that takes `numbers` numbers from `first` on: each of its frames to each
/// of these. Datagrams take the first of the numbers and frames the last. Each frame has a number
/// of its own, since a node that meets a number again takes that hop for served. Throws
/// std::logic_error if there are more frames than numbers.
[[nodiscard]] std::vector<std::shared_ptr<const tcp_hop>> hops_of(
    const std::vector<payload>& frames, const broadcast_id& first, std::size_t numbers,
    const std::vector<broadcast_id>& seen_ids, const std::vector<assignment>& to, int tries = 0,
    const std::shared_ptr<const void>& room = {});

/// The gossip of one hop.
[[nodiscard]] gossip gossip_of(const tcp_hop& hop);

/// One multicast: what it says, and its frame; no bytes if no frame can say it.
struct outgoing_datagram {
  gossip content;
  bytes frame;
};

/// The multicast of a payload, with as many of the seen ids as fit a datagram beside it.
[[nodiscard]] outgoing_datagram datagram_of(const broadcast_id& id,
                                            std::vector<broadcast_id> seen_ids, const payload& what,
                                            const frame_codec& codec);

/// Whether a node that has merged this gossip, which came by TCP, acknowledges it. The steps of an
/// exchange are answered or begun again, acknowledgements would go to and fro for ever, and program
/// messages are acknowledged when they have been dealt with.
[[nodiscard]] bool is_acknowledged(const gossip& arrived);

/// The number of every probe of the failure detector. No other hop has it, and it is short.
inline constexpr std::uint64_t probe_number = 0;

/// Whether this gossip says nothing, and is sent for its acknowledgement.
[[nodiscard]] bool is_probe(const gossip& arrived);

/// The frame that acknowledges hops of the node at the other end of a connection.
[[nodiscard]] bytes acknowledgement(const net_id& self, std::vector<std::uint64_t> numbers,
                                    const frame_codec& codec);

/// No less than the bytes of the frame of a payload without a digest, acknowledgements and silent
/// members, and quickly found. So a payload that surely fits a datagram is encoded once, when its
/// number is known, and not before to be measured.
[[nodiscard]] std::size_t frame_bytes_bound(const payload& what);

/// The payload as several complete ones that each fit a datagram of limits::datagram_bytes_max
/// together with peer_table::seen_ids_per_broadcast seen ids; nothing if one member's row alone is
/// too large, which then goes by TCP only.
[[nodiscard]] std::optional<std::vector<payload>> split_for_datagrams(const payload& what,
                                                                      const frame_codec& codec);

/// The flow in which a payload takes its turn. Groups share a connection fairly, and so do the rows
/// and the program messages of each group. 0 if the payload has neither.
[[nodiscard]] std::uint64_t flow_of(const payload& what);

/// Those of `all` that the payload names by rows or clocks, and the entry of the sender.
[[nodiscard]] std::vector<silence> silent_among(const std::vector<silence>& all,
                                                const payload& what,
                                                const std::optional<net_id>& sender = {});

/// Whether a node would say these rows in one frame: they are few enough, or one row, which travels
/// whole and has no more claims than a node keeps.
[[nodiscard]] bool fits_hop(const std::vector<message>& rows);

/// Whether a node would say this in one frame, to no more peers than it remembers. A relay does not
/// pass on more than that, or a stranger could make it hold and send what no node says. What fits
/// leaves a frame room for everything that a relay adds.
[[nodiscard]] bool fits_relay(const gossip& arrived);

/// No less than the memory that an answer with this content takes until it has left, in bytes.
[[nodiscard]] std::size_t answer_bytes(const payload& what);

/// No less than the memory that it takes to pass this on to its distribution list, in bytes.
[[nodiscard]] std::size_t relay_bytes(const gossip& arrived);

/// Cuts the payload into complete ones of bounded size, so that no frame outgrows its limit and no
/// receiver is held up.
[[nodiscard]] std::vector<payload> split_for_stream(payload what);

/// The payload that a relay passes on: it names all hops that brought it.
[[nodiscard]] payload relayed(const gossip& arrived);

/// The same hop for the next node of its half, because the target cannot be reached. Null if no
/// node is left, and after hop_failures_max.
[[nodiscard]] std::shared_ptr<const tcp_hop> hand_over(const tcp_hop& failed);

}  // namespace scalesmall
