#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <scalesmall/supervision/actor_shell.hpp>
#include <scalesmall/supervision/guarded_promise.hpp>
#include <utility>
#include <vector>

#include "actors/broadcast/tcp_hop.hpp"
#include "actors/messaging/delivery_tracker.hpp"
#include "actors/messaging/handled_batches.hpp"
#include "actors/messenger_messages.hpp"
#include "actors/node_context.hpp"
#include "actors/peer_db_messages.hpp"

namespace scalesmall {

/// Sends the messages of this node's programs, passes on and hands to their handlers those that
/// come. A batch that came is acknowledged when it has been handled here and all whom this node was
/// to serve have acknowledged it.
class messenger {
public:
  using handle = messenger_actor;
  static constexpr const char* name = "messenger";

  messenger(supervision::shell_pointer<handle> self, node_context_ptr node);

  handle::behavior_type make_behavior();

private:
  using job_key = std::uint64_t;

  /// How a batch came. Not the gossip itself, which would take the room of others until the end.
  struct hop {
    broadcast_id id;
    arrival_path path;
    acknowledging_actor connection;
  };

  /// One batch that is being passed on, handled, or both.
  struct job {
    std::shared_ptr<const payload> what;
    std::optional<hop> from = {};  ///< what brought it here; none if it is of this node
    delivery_tracker to = {};
    peer_table::hop_ids ids = {};  ///< of its hops
    int plans = 0;                 ///< under way
    bool handled = true;           ///< by this node's own handlers
    std::size_t left_out = 0;      ///< peers that could not be reached from the start
    std::size_t cost = 0;          ///< its part of in_hand_bytes_
  };

  /// A batch that is with its handlers.
  struct handling {
    std::size_t handlers = 0;
    std::vector<job_key> jobs;
  };

  [[nodiscard]] moment now() const;
  caf::result<done> accept(send_message& what);
  void accept_waiting();
  void fill();
  caf::result<done> take(const arrived& what);
  void pass_on(const arrived& what);
  job_key begin(job x);
  void plan(job_key key, const std::vector<net_id>& recipients, bool multicast,
            const std::optional<net_id>& unless_heard, int attempt = 1);
  void go(job& x, job_key key, hop_plan& plan, const std::vector<net_id>& recipients);
  void send(const job& x, job_key key, const assignment& to);
  void failed(job_key key, const net_id& target);
  void handle_here(job& x, job_key key);
  void handled(const batch_identity& which);
  void end_if_done(job_key key);
  void acknowledge_hop(const hop& what);
  void heard_by_multicast(const gossip& acknowledgement);
  void look_after_jobs();
  void remove(const message_handler_actor& who);
  void publish();

  supervision::shell_pointer<handle> self_;
  node_context_ptr node_;
  supervision::table_writer<std::vector<handle_messages>> published_;
  std::vector<handle_messages> handlers_;
  std::list<std::pair<send_message, supervision::guarded_promise<done>>> callers_;
  job_key next_job_ = 0;
  std::map<job_key, job> jobs_;
  bool ticking_ = false;
  std::size_t in_hand_bytes_ = 0;  // of others' batches
  std::size_t in_hand_ = 0;
  handled_batches window_;
  std::map<batch_identity, handling> with_handlers_;
  std::map<std::uint64_t, job_key> multicasts_;        // by number
  std::map<net_id, moment> heard_;                     // the last acknowledgement
  std::map<net_id, std::vector<std::uint64_t>> owed_;  // acknowledgements of multicasts
};

}  // namespace scalesmall
