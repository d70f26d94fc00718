#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <scalesmall/counters.hpp>
#include <utility>
#include <vector>

#include "actors/arrival/standing.hpp"
#include "actors/messaging/delivery_tracker.hpp"
#include "actors/messaging/messaging_effect.hpp"
#include "actors/messaging/outbox.hpp"
#include "actors/messaging/owed_acknowledgements.hpp"
#include "actors/peers/arrival_path.hpp"
#include "actors/topology/topology.hpp"

namespace scalesmall {

struct messaging_settings {
  net_id self;
  bool multicast = false;
  frame_codec codec;
};

/// Decides what becomes of the messages of programs: it sends what the outbox lets go, passes on
/// the batches that come and has them handled. A batch that came is acknowledged when it has been
/// handled here and all peers that this node was to serve have acknowledged it, so it reaches every
/// recipient that can be reached at least once. Not thread-safe.
class messaging_core {
public:
  /// A plan is asked for so often when the peer table gives no answer.
  static constexpr int plan_attempts_max = 5;
  /// How often hops that are not acknowledged are looked for.
  static constexpr duration tick = std::chrono::milliseconds{100};
  /// Peers whose last acknowledgement is remembered; beyond them old ones are dropped.
  static constexpr std::size_t heard_max = 1'000;

  using effects = std::vector<messaging_effect>;

  /// What the outbox gave to an earlier owner is sent again.
  messaging_core(messaging_settings settings, std::shared_ptr<outbox> out,
                 std::shared_ptr<counters> counts);

  /// Begins again, as another owner of the outbox would. What is still answered to former effects
  /// changes nothing.
  void begin_anew();

  /// Sends the batches that may leave now.
  [[nodiscard]] effects fill(const topology& t, time_point now);

  /// A gossip came that carries a batch, or acknowledges some.
  /// @param reply how to acknowledge a hop that came by TCP
  /// @param who   what is known of its sender
  [[nodiscard]] effects arrived(const gossip& what, arrival_path path, hop_reply reply,
                                const topology& t, time_point now,
                                standing who = standing::reached);

  [[nodiscard]] effects planned(const plan_wanted& asked, const hop_plan& plan, time_point now);
  [[nodiscard]] effects not_planned(plan_wanted asked, time_point now);

  [[nodiscard]] effects acknowledged(job_key job, const net_id& by, time_point now);
  [[nodiscard]] effects unreachable(job_key job, const net_id& target, time_point now);

  /// So many handlers have been given the batch of a handler_call.
  [[nodiscard]] effects given(const handler_call& call, std::size_t handlers, time_point now);

  /// One of them has handled it, or has ended.
  [[nodiscard]] effects handled(const batch_identity& which, time_point now);

  /// Does what is due by now.
  [[nodiscard]] effects due(time_point now);

  /// When due() has something; nothing if there is nothing to wait for.
  [[nodiscard]] std::optional<time_point> next_due() const;

  /// Batches that are being passed on or handled.
  [[nodiscard]] std::size_t jobs() const noexcept { return jobs_.size(); }

private:
  /// How a batch came. It does not keep the gossip, which takes room that other gossips need.
  struct origin {
    broadcast_id id;
    arrival_path path;
    hop_reply reply;
    standing who;
  };

  struct job {
    std::shared_ptr<const payload> what;
    std::optional<origin> from = {};  ///< none: the batch is of this node
    delivery_tracker to = {};
    peer_table::hop_ids ids = {};  ///< of its hops
    int plans = 0;                 ///< under way
    bool handled = true;           ///< by this node's own handlers
    std::size_t left_out = 0;      ///< peers that could not be reached from the start
    std::size_t cost = 0;          ///< its part of a share
  };

  job_key begin(job x, time_point now);
  /// Batches of others that are being passed on or handled.
  struct share {
    std::size_t batches = 0;
    std::size_t bytes = 0;
  };

  void pass_on(const gossip& what, arrival_path path, hop_reply reply, const topology& t,
               time_point now, standing who);
  bool admit(const gossip& what, std::size_t cost, standing who);
  share& share_of(standing who) { return who == standing::reached ? in_hand_ : of_strangers_; }
  void handle_here(job& x, job_key key, const topology& t, time_point now);
  void end_handling(const std::vector<job_key>& jobs, time_point now);
  void plan(job_key key, std::vector<net_id> recipients, bool multicast,
            const std::optional<net_id>& unless_heard, time_point now);
  void send(const job& x, job_key key, const assignment& to);
  void hear_acknowledgements(const gossip& what, time_point now);
  void look_after_jobs(time_point now);
  void end_if_done(job_key key, time_point now);
  void close(job& x, time_point now);
  effects take() { return std::exchange(out_, {}); }

  messaging_settings settings_;
  std::shared_ptr<outbox> outbox_;
  std::shared_ptr<counters> counts_;
  effects out_;
  job_key next_job_ = 0;
  std::map<job_key, job> jobs_;
  std::optional<time_point> next_tick_;
  share in_hand_;       // of senders that this node has reached
  share of_strangers_;  // of others; so they hold up only each other
  batch_handling handling_;
  std::map<std::uint64_t, job_key> multicasts_;  // by number
  std::map<net_id, time_point> heard_;           // the last acknowledgement
  owed_acknowledgements owed_;
};

}  // namespace scalesmall
