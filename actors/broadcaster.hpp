#pragma once

#include <map>
#include <memory>
#include <scalesmall/supervision/actor_shell.hpp>
#include <scalesmall/supervision/guarded_promise.hpp>
#include <vector>

#include "actors/broadcast/announcement_batch.hpp"
#include "actors/broadcast/pending_hops.hpp"
#include "actors/broadcaster_messages.hpp"
#include "actors/next_timer.hpp"
#include "actors/node_context.hpp"
#include "net/rng.hpp"

namespace scalesmall {

/// Sends: broadcasts by multicast and the TCP tree, and gossips to one peer. Where a TCP message
/// cannot be delivered, the next node of its half gets it.
class broadcaster {
public:
  using handle = broadcaster_actor;
  static constexpr const char* name = "broadcaster";

  broadcaster(supervision::shell_pointer<handle> self, node_context_ptr node);

  handle::behavior_type make_behavior();

private:
  using hop_ptr = std::shared_ptr<const tcp_hop>;

  struct attempt {
    hop_ptr hop;
    int number = 1;
    std::optional<pending_hops::key> flight = {};  ///< of a broadcast of this actor's own
    std::optional<supervision::guarded_promise<done>> asked = {};  ///< by send_hop
  };

  /// The way to one peer: its handler, or what waits until there is one.
  struct link {
    outgoing_handler_actor handler;
    std::vector<attempt> waiting;
  };

  [[nodiscard]] moment now() const;
  void flush_if_ready();
  void send_hello();
  void report();
  void start(const std::shared_ptr<const broadcast>& what, int number = 1);
  void start_direct(const net_id& peer, payload what);
  void send_direct(const net_id& peer, const peer_table::hop_ids& ids, std::vector<payload> pieces);
  void multicast(const hop_plan& plan, const std::vector<payload>& datagrams);
  void transmit(attempt what);
  void hand_to(const link& way, const attempt& what);
  void open_link(const net_id& peer);
  void find_link(const net_id& peer);
  void use_link(const net_id& peer, const caf::strong_actor_ptr& handler);
  void retry_link_later(const net_id& peer);
  void lost(const attempt& what);
  void serve(hop_ptr hop);
  void arm_hops();
  void reroute_overdue();

  supervision::shell_pointer<handle> self_;
  node_context_ptr node_;
  rng random_;
  announcement_batch batch_;
  bool flush_armed_ = false;
  pending_hops flights_;
  next_timer hops_alarm_;
  std::map<net_id, link> links_;
};

}  // namespace scalesmall
