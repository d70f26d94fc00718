#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <vector>

#include "actors/broadcast/announcement_batch.hpp"
#include "actors/broadcast/cut_broadcast.hpp"
#include "actors/broadcast/pending_hops.hpp"
#include "net/rng.hpp"

namespace scalesmall {

/// One TCP message that leaves now.
struct outgoing_hop {
  std::shared_ptr<const tcp_hop> hop;
  /// Under which key its acknowledgement is waited for; none: it is sent once and forgotten.
  std::optional<pending_hops::key> flight = {};
};

/// Messages that leave now.
struct departures {
  std::vector<outgoing_datagram> datagrams = {};
  std::vector<outgoing_hop> hops = {};
};

struct dissemination_settings {
  net_id self;
  bool multicast = false;
  duration announcement_window{};
  frame_codec codec;
};

/// Decides what a node sends so that a change gets to everybody: announcements, broadcasts, their
/// hops that nobody acknowledges, the steps of exchanges. Not thread-safe.
class dissemination_core {
public:
  dissemination_core(dissemination_settings settings, rng random);

  /// What this node says first: all its own rows, since it is not known which of them a former life
  /// of the owner of this core has told; or, if it has none, that it is there.
  [[nodiscard]] broadcast begin(const topology& t, time_point now);

  /// Adds rows to the next announcement.
  void announce(const std::vector<row_mark>& rows) { batch_.add(rows); }

  /// Makes the next announcement due.
  void hurry() { batch_.hurry(); }

  /// Whether rows wait for their announcement, or hops for their acknowledgement or their time.
  [[nodiscard]] bool is_telling() const;

  /// The announcement that is due by now, if any.
  [[nodiscard]] std::optional<broadcast> due(const topology& t, time_point now);

  /// Cuts a broadcast; nothing if there is nobody to tell.
  [[nodiscard]] std::optional<cut_broadcast> cut(broadcast what) const;

  /// Gives a broadcast to those that the peer table has chosen.
  [[nodiscard]] departures depart(const cut_broadcast& what, hop_plan plan, time_point now);

  /// Gives a payload to one peer.
  [[nodiscard]] departures depart(cut_direct what, const peer_table::hop_ids& ids) const;

  /// Begins an exchange with each of these peers.
  [[nodiscard]] departures depart(const std::vector<exchange_partner>& partners, const topology& t);

  /// The target of a hop has it.
  void acknowledged(pending_hops::key flight, time_point now) {
    flights_.acknowledged(flight, now);
  }

  /// This node dropped the message of a hop, because too many wait for its target. Nobody gets it
  /// in its place, since that would fill other queues: anti-entropy brings the rows.
  void dropped(const outgoing_hop& what);

  /// The target of a hop cannot have it. Gives the hop that leaves in its place, if any.
  [[nodiscard]] std::optional<outgoing_hop> lost(const outgoing_hop& what, time_point now);

  struct overdue_work {
    std::size_t overdue = 0;            ///< hops that were not acknowledged in time
    std::vector<net_id> unreachable{};  ///< too many hops to these peers were
    std::vector<outgoing_hop> hops{};   ///< leave now instead
  };

  /// What follows by now from hops that nobody has acknowledged.
  [[nodiscard]] overdue_work overdue(time_point now);

  /// When due() or overdue() may have something.
  [[nodiscard]] std::optional<time_point> next_due() const;

private:
  outgoing_hop serve(std::shared_ptr<const tcp_hop> hop, time_point now);

  dissemination_settings settings_;
  rng random_;
  announcement_batch batch_;
  pending_hops flights_;
};

}  // namespace scalesmall
