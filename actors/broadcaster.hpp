#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <scalesmall/supervision/actor_shell.hpp>
#include <scalesmall/supervision/guarded_promise.hpp>
#include <vector>

#include "actors/broadcast/dissemination_core.hpp"
#include "actors/broadcaster_messages.hpp"
#include "actors/next_timer.hpp"
#include "actors/node_context.hpp"
#include "actors/outgoing_links.hpp"

namespace scalesmall {

/// Sends, as the dissemination_core says: broadcasts by multicast and the TCP tree, and gossips to
/// one peer. The peer_db gives the numbers and the recipients. A node that stops waits with
/// tell_all until what it said last has arrived.
class broadcaster {
public:
  using handle = broadcaster_actor;
  static constexpr const char* name = "broadcaster";

  broadcaster(supervision::shell_pointer<handle> self, node_context_ptr node);

  handle::behavior_type make_behavior();

private:
  [[nodiscard]] time_point now() const;
  /// What others said may make sending throw. The gossip is then dropped and counted.
  /// @param failed  told of that; may be empty; not a part of what `send` moves away
  template <class F>
  void guarded(const std::function<void()>& failed, F send);
  template <class F>
  void guarded(F send);
  void start(broadcast what);
  void start(const std::shared_ptr<const cut_broadcast>& what, int attempt = 1);
  void start(direct what);
  caf::result<done> send_for_another(send_hop& what);
  void send(const send_probes& what);
  caf::result<done> tell_all_now();
  void answer_told();
  void act(const departures& all);
  void act(const outgoing_hop& x);
  void act_on_due();
  void lost(const outgoing_hop& x);
  void arm();

  supervision::shell_pointer<handle> self_;
  node_context_ptr node_;
  dissemination_core core_;
  outgoing_links links_;
  next_timer alarm_;
  std::size_t plans_awaited_ = 0;
  std::vector<supervision::guarded_promise<done>> waiting_;  // for the answer to tell_all
};

}  // namespace scalesmall
