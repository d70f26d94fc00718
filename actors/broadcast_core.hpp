#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <vector>

#include "actors/audience.hpp"
#include "messages/gossip.hpp"
#include "messages/limits.hpp"
#include "net/broadcast_plan.hpp"
#include "net/frame.hpp"

namespace scalesmall {

/// What a gossip carries, without the envelope of its hop. Shared by all hops of a broadcast.
struct payload {
  std::vector<broadcast_id> other_ids;
  std::vector<message> messages;
  std::optional<digest> summary;
  std::vector<silence> silent = {};              ///< of the members in messages, ascending
  std::vector<std::uint64_t> acknowledged = {};  ///< as in gossip
  std::shared_ptr<const application_batch> application = {};
};

/// A broadcast as its initiator wants it.
struct broadcast {
  payload what;
  std::optional<std::vector<net_id>> recipients;  ///< none: every peer that can be reached
  bool multicast = true;
  std::optional<net_id>
      unless_heard;  ///< no multicast if this node hears that peer's: then its neighbours do too
  std::vector<narrow_audience> narrow = {};  ///< those who get less of it by TCP
  int tries = 0;                             ///< of its hops, that count as made already
};

/// One TCP message of a broadcast, with all that is needed to send it to another relay instead.
struct tcp_hop {
  broadcast_id id;
  std::vector<broadcast_id> seen_ids;
  std::shared_ptr<const payload> what;
  assignment to;
  int tries = 0;     ///< how often it was given to another because nobody acknowledged it
  int failures = 0;  ///< how often because its target could not be reached
};

/// Ranges, items and clocks in one frame, unless they are one row; about 20 bytes each make
/// limits::frame_bytes_target.
inline constexpr std::size_t hop_entries_max = limits::frame_bytes_target / 20;

/// After so many the next exchange has to bring what it said.
inline constexpr int hop_tries_max = 16;

/// As many of a hop count as made already if it may be another's detour.
inline constexpr int hop_tries_of_detour = 5;

/// Likewise. So a list of nodes that do not exist, which anybody can write, costs little.
inline constexpr int hop_failures_max = 8;

/// The hops of a broadcast that takes `numbers` numbers from `first` on: each of its frames to each
/// of these. The frames have the last of the numbers, and each its own, for whoever meets one again
/// takes it for served. What is cut for datagrams is cut at least as often, so there are enough.
[[nodiscard]] std::vector<std::shared_ptr<const tcp_hop>> hops_of(
    const std::vector<payload>& frames, const broadcast_id& first, std::size_t numbers,
    const std::vector<broadcast_id>& seen_ids, const std::vector<assignment>& to, int tries = 0);

/// What one hop says.
[[nodiscard]] gossip gossip_of(const tcp_hop& hop);

/// The frame of one hop, ready for the stream.
[[nodiscard]] bytes frame_of(const tcp_hop& hop, const frame_codec& codec);

/// The frame of one multicast, with as many of the seen ids as fit a datagram beside the payload.
[[nodiscard]] bytes multicast_frame(const broadcast_id& id,
                                    const std::vector<broadcast_id>& seen_ids, const payload& what,
                                    const frame_codec& codec);

/// Whether who merged this gossip, which came by TCP, says so. The steps of an exchange are
/// answered or begun again as such, acknowledgements would go to and fro for ever, and messages of
/// programs are acknowledged when they have been dealt with.
[[nodiscard]] bool is_acknowledged(const gossip& arrived);

/// The frame that acknowledges hops of the node at the other end of a connection.
[[nodiscard]] bytes acknowledgement(const net_id& self, std::vector<std::uint64_t> numbers,
                                    const frame_codec& codec);

/// The payload as several complete ones that each fit a datagram of limits::datagram_bytes_max
/// together with peer_table::seen_ids_per_broadcast seen ids; nothing if one member's row alone is
/// too large, which then goes by TCP only.
[[nodiscard]] std::optional<std::vector<payload>> split_for_datagrams(const payload& what,
                                                                      const frame_codec& codec);

/// By which group a payload takes its turn: groups share a connection fairly, and each group's rows
/// and messages. 0 without any.
[[nodiscard]] std::uint64_t flow_of(const payload& what);

/// Of these, the members of the payload's rows.
[[nodiscard]] std::vector<silence> silent_among(const std::vector<silence>& all,
                                                const payload& what);

/// Whether a node would say these rows in one frame: few enough, or one row, which travels whole
/// and has no more items than a node keeps.
[[nodiscard]] bool fits_hop(const std::vector<message>& rows);

/// Whether a node would say this in one frame, to no more peers than it remembers. Who says more at
/// once is no relay's concern: it would have to hold and send for a stranger what no node asks of
/// it. What fits leaves a frame room for all that a relay adds to it.
[[nodiscard]] bool fits_relay(const gossip& arrived);

/// The payload as several complete ones of bounded size, so that no frame outgrows its limit and no
/// receiver is held up.
[[nodiscard]] std::vector<payload> split_for_stream(payload what);

/// A relay's payload: the news under the ids of all hops that brought them.
[[nodiscard]] payload relayed(const gossip& arrived);

/// The same hop for the next node of its half, because the target cannot be reached; null if there
/// is none left, and after hop_failures_max.
[[nodiscard]] std::shared_ptr<const tcp_hop> hand_over(const tcp_hop& failed);

}  // namespace scalesmall
