#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <scalesmall/supervision/actor_shell.hpp>
#include <vector>

#include "actors/broadcast/tcp_hop.hpp"
#include "actors/damped_count.hpp"
#include "actors/node_context.hpp"
#include "actors/peers/stranger_connections.hpp"

namespace scalesmall {

/// The ways of the broadcaster to its peers: it starts the outgoing_handler of each peer, finds one
/// that a former life of the broadcaster has started, and sends again what a handler that ended
/// had not sent. Opens no connection to an address that no peer can have, and only some at a time
/// to peers that were never reached (stranger_connections). Belongs to its actor.
class outgoing_links {
public:
  using hop_ptr = std::shared_ptr<const tcp_hop>;

  /// How much it matters that a hop arrives.
  enum class delivery : std::uint8_t {
    posted,   ///< nobody waits for an answer
    awaited,  ///< the acknowledgement is told; a hop for which there is no room counts as delivered
    reliable,  ///< likewise, but a hop for which there is no room is an error
  };

  /// Told once how a hop ended: no error if its target acknowledged it; call_error::unavailable if
  /// the target cannot have it, which the peer_db hears as well; call_error::limit_exceeded if
  /// there is no room. Of a posted hop only that its target cannot be connected to.
  using outcome = std::function<void(const caf::error&)>;

  outgoing_links(supervision::shell_pointer<broadcaster_actor> self, node_context_ptr node)
      : self_(self), node_(std::move(node)), strangers_(node_->strangers_connections_max) {}

  void send(hop_ptr hop, delivery how, outcome then);

  /// Tries to start the handler of a peer once more.
  void open(const net_id& peer);

  /// An actor that the owner monitors has ended.
  void ended(const caf::down_msg& what);

private:
  struct attempt {
    hop_ptr hop;
    delivery how;
    outcome then;
    int number = 1;
  };

  /// The handler of one peer, or what waits until there is one.
  struct link {
    outgoing_handler_actor handler;
    std::vector<attempt> waiting;
  };

  void transmit(attempt what);
  [[nodiscard]] bool may_open(const attempt& what);
  void refuse(const attempt& what);
  [[nodiscard]] time_point now() const;
  void hand_to(const link& way, const attempt& what);
  void failed(const attempt& what, const caf::actor_addr& handler, const caf::error& why);
  void find(const net_id& peer);
  void use(const net_id& peer, const caf::strong_actor_ptr& handler);
  void retry_later(const net_id& peer);
  void lost(const attempt& what);

  supervision::shell_pointer<broadcaster_actor> self_;
  node_context_ptr node_;
  std::map<net_id, link> links_;
  stranger_connections strangers_;
  damped_count refused_;
};

}  // namespace scalesmall
