#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <scalesmall/counters.hpp>
#include <string>
#include <vector>

#include "actors/arrival/arrival_core.hpp"
#include "actors/broadcast/dissemination_core.hpp"
#include "actors/liveness/liveness_core.hpp"
#include "actors/messaging/messaging_core.hpp"
#include "actors/peers/peer_table.hpp"
#include "actors/topology/gossip_merge.hpp"
#include "actors/topology/topology_table.hpp"

namespace scalesmall::simulation {

/// A message of a stream under way. `round` is counted as if each node sent one message a round: a
/// node that got a broadcast in round r sends its first message on in round r + 1, its second in
/// r + 2. After a hop that was rerouted the count begins anew, so it says something of networks
/// that lose nothing.
struct stream_message {
  std::shared_ptr<const tcp_hop> hop;
  unsigned round = 0;
  std::optional<pending_hops::key> flight = {};  ///< of a hop of a broadcast that is waited for
  std::optional<job_key> job = {};               ///< of a hop of program messages
  bool probe = false;                            ///< of the liveness core
};

/// The world around a node. The sender stands in the message.
class wire {
public:
  virtual ~wire() = default;
  virtual void send(const stream_message& what) = 0;
  virtual void multicast(gossip what, unsigned round) = 0;

  /// The programs at a node get a batch; sim_node::handled is to be called later.
  virtual void handle(const net_id& at, const handler_call& what) = 0;
};

/// How a node runs; what node_config says, as far as the cores need it.
struct node_settings {
  bool multicast = false;
  duration announcement_window = std::chrono::milliseconds{2};
  duration grace = std::chrono::minutes{10};
  duration forget = std::chrono::hours{24};
  std::vector<net_id> seeds = {};
  std::shared_ptr<counters> counts = std::make_shared<counters>();
  /// Whether it takes part in the detection of failures, and how.
  std::optional<watch_settings> watching = {};
  std::shared_ptr<rings_cache> rings = {};
  /// What its wall clock, in nanoseconds since 1970, shows more than `now`.
  duration clock_ahead{0};
};

/// What outlives a node's actors: its supervised tables, and the program messages on their way.
struct node_memory {
  topology groups;
  peer_memory peers = {};
  std::uint64_t next_seqno = 0;
  std::shared_ptr<outbox> messages = std::make_shared<outbox>(groups.self);

  /// That of a process that has just started, by its wall clock.
  static node_memory fresh(const net_id& self, std::chrono::nanoseconds clock) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(clock);
    const auto rest = static_cast<std::uint64_t>((clock - seconds).count());
    const auto incarnation = static_cast<std::uint32_t>(seconds.count());
    return {topology{self, incarnation}, {}, (std::uint64_t{incarnation} << 32) + 4 * rest};
  }
};

/// One node: the cores of the program, and the calls between them that the actors of the program
/// make by messages. It has no clock: `now` never goes back from call to call.
class sim_node {
public:
  sim_node(node_memory memory, node_settings settings, std::uint64_t seed, wire& net,
           time_point now);
  sim_node(const sim_node&) = delete;
  sim_node& operator=(const sim_node&) = delete;

  using outcome = result<topology_table::change, call_error>;

  /// Makes a call of the topology table, and announces what it changed.
  template <class Call>
  outcome change(Call call, time_point now) {
    auto made = call(topology_);
    if (made) announce({made->told}, now);
    return made;
  }

  /// A program sends a message. False if it is refused, or if there is no room for it.
  bool send(const message_address& to, const bytes& content, time_point now);

  /// @param reply how to tell the sender of a hop that it is dealt with
  void arrive(std::shared_ptr<const gossip> content, arrival_path path, unsigned round,
              hop_reply reply, time_point now);

  /// A connection to the peer stands.
  void reached(const net_id& peer, time_point now) { peers_.reached(peer, now); }

  enum class failure : bool { no_answer, refused };

  /// The network says that this could not be delivered.
  void failed(const stream_message& what, failure why, time_point now);

  /// A connection to the peer has ended, although it was not closed.
  void disconnected(const net_id& peer, time_point now);

  /// For so long the machine slept, while the clock of `now` stood still.
  void slept(duration time) { asleep_ += time; }

  /// The program says whether it is well.
  void set_well(bool yes, time_point now);

  /// The target of a hop says that it has dealt with it.
  void acknowledged(const stream_message& what, time_point now);

  /// The programs here have handled a batch.
  void handled(const batch_identity& which, time_point now) {
    act(messages_.handled(which, now), now);
  }

  /// Begins an exchange with each of these peers.
  void exchange_with_all(const std::vector<net_id>& peers, time_point now) {
    exchange_with(peers, now);
  }

  /// Does what has come due.
  void wake(time_point now);

  /// When wake() has something to do.
  [[nodiscard]] time_point next_wake() const;

  [[nodiscard]] const topology& state() const noexcept { return topology_.state(); }
  [[nodiscard]] const peer_table& peers() const noexcept { return peers_; }
  [[nodiscard]] const messaging_core& messages() const noexcept { return messages_; }
  /// From now on it keeps to what it states.
  void lie() { lies_ = true; }

  /// Null if it does not take part in the detection of failures.
  [[nodiscard]] const liveness_core* liveness() const { return liveness_ ? &*liveness_ : nullptr; }
  [[nodiscard]] node_memory memory() const;

  /// The peers that this process has forgotten, in order; one twice if it came back in between.
  [[nodiscard]] const std::vector<net_id>& forgotten() const noexcept { return forgotten_; }

private:
  class performer;

  merge_outcome merge(std::shared_ptr<const gossip> content, time_point now);
  void refute_due(time_point now);
  [[nodiscard]] std::chrono::seconds clock(time_point now) const;
  void note(const gossip& arrived, arrival_path path, time_point now);
  void announce(const std::vector<row_mark>& rows, time_point now);
  void announce_due(time_point now);
  void exchange_with_due(time_point now);
  void exchange_with(const std::vector<net_id>& peers, time_point now);
  void start(broadcast what, unsigned round, time_point now);
  void start(const cut_broadcast& what, unsigned round, time_point now);
  void start(direct what, time_point now);
  void send(const departures& all, unsigned round);
  void act(messaging_core::effects effects, time_point now);
  void watch_others(time_point now);
  void probe(const net_id& peer);
  void note_news(time_point now);

  node_settings settings_;
  wire* net_;
  std::shared_ptr<outbox> outbox_;
  topology_table topology_;
  peer_table peers_;
  arrival_core arrivals_;
  dissemination_core dissemination_;
  messaging_core messages_;
  std::optional<liveness_core> liveness_;
  std::vector<net_id> unreachable_;  // by the newest verdict
  duration asleep_{0};
  bool lies_ = false;
  time_point next_expiry_;
  time_point last_turn_;
  std::vector<net_id> forgotten_;
  std::optional<time_point> refutation_;  // of false claims that came too soon after others
};

}  // namespace scalesmall::simulation
