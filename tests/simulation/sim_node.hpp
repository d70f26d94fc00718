#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "actors/arrival/arrival_decision.hpp"
#include "actors/arrival/delayed_announcements.hpp"
#include "actors/arrival/newcomers.hpp"
#include "actors/arrival/request_limiter.hpp"
#include "actors/arrival/seen_broadcasts.hpp"
#include "actors/broadcast/announcement_batch.hpp"
#include "actors/broadcast/pending_hops.hpp"
#include "actors/broadcast/tcp_hop.hpp"
#include "actors/peers/peer_table.hpp"
#include "actors/topology/topology_table.hpp"
#include "net/frames/frame.hpp"
#include "net/rng.hpp"

namespace scalesmall::simulation {

/// A message of a stream under way. `round` is counted as if each node sent one message a round:
/// whoever got a broadcast in round r sends its first on in round r + 1, its second in r + 2. After
/// a hop that was passed by the count begins anew, so it says something of networks that lose
/// nothing.
struct stream_message {
  std::shared_ptr<const tcp_hop> hop;
  unsigned round = 0;
  std::optional<pending_hops::key> flight = {};  ///< of a hop that is to be acknowledged
};

/// Where a node's messages go. The sender stands in the message.
class wire {
public:
  virtual ~wire() = default;
  virtual void send(const stream_message& what) = 0;
  virtual void multicast(gossip what, unsigned round) = 0;
};

/// How a node runs; what node_config says, as far as the cores need it.
struct node_settings {
  bool multicast = false;
  moment announcement_window = std::chrono::milliseconds{2};
  moment grace = std::chrono::minutes{10};
  moment forget = std::chrono::hours{24};
  std::vector<net_id> seeds = {};
  /// What its wall clock, in nanoseconds since 1970, shows more than `now`.
  moment clock_ahead{0};
};

/// What outlives a node's actors: its supervised tables.
struct node_memory {
  topology groups;
  peer_memory peers = {};
  std::uint64_t next_seqno = 0;

  /// That of a process that has just started, by its wall clock.
  static node_memory fresh(const net_id& self, std::chrono::nanoseconds clock) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(clock);
    const auto rest = static_cast<std::uint64_t>((clock - seconds).count());
    const auto incarnation = static_cast<std::uint32_t>(seconds.count());
    return {topology{self, incarnation}, {}, (std::uint64_t{incarnation} << 32) + 4 * rest};
  }
};

/// One node: the cores, and the plain calls between them that the actors of a real one make by
/// messages (topology_db, receiver, peer_db, broadcaster). It has no clock: `now` never goes back
/// from call to call.
class sim_node {
public:
  sim_node(node_memory memory, node_settings settings, std::uint64_t seed, wire& net, moment now);
  sim_node(const sim_node&) = delete;
  sim_node& operator=(const sim_node&) = delete;

  using outcome = result<topology_table::change, call_error>;

  outcome join(const std::string& group, moment now);
  outcome leave(const std::string& group, moment now);
  outcome add_item(const std::string& group, key_range range, std::uint16_t port, moment now);
  outcome remove_item(const std::string& group, key_range range, std::uint16_t port, moment now);

  void arrive(const gossip& arrived, arrival_path path, unsigned round, moment now);

  /// A connection to the peer stands.
  void reached(const net_id& peer);

  /// The network says that this could not be delivered.
  void failed(const stream_message& what, moment now);

  /// The target of a hop says that it has merged it.
  void acknowledged(pending_hops::key which, moment now);

  /// Does what has come due.
  void wake(moment now);

  /// When wake() has something to do.
  [[nodiscard]] moment next_wake() const;

  [[nodiscard]] const topology& state() const noexcept { return topology_.state(); }
  [[nodiscard]] const peer_table& peers() const noexcept { return peers_; }
  [[nodiscard]] node_memory memory() const;

private:
  struct merged {
    std::vector<message> news;
    std::vector<group_digest> gaps;
  };

  outcome announce_change(outcome made, moment now);
  merged merge(const gossip& arrived, moment now);
  void announce(const std::vector<message>& rows, moment now);
  void flush_if_ready(moment now);
  void exchange_with_due(moment now);
  void begin_exchange(const std::vector<net_id>& with, moment now);
  void report();
  void start(const broadcast& what, unsigned round, moment now);
  void serve(std::shared_ptr<const tcp_hop> hop, unsigned round, moment now);
  void reroute_overdue(moment now);
  void start_direct(const direct& what, moment now);
  void send_multicast(const peer_table::hop_ids& ids, const std::vector<payload>& datagrams,
                      unsigned round);

  node_settings settings_;
  wire* net_;
  frame_codec codec_;
  topology_table topology_;
  peer_table peers_;
  newcomers newcomers_;
  request_limiter limiter_;
  seen_broadcasts served_;
  delayed_announcements held_;
  announcement_batch batch_;
  pending_hops flights_;
  rng random_;
  moment next_expiry_;
};

}  // namespace scalesmall::simulation
