#pragma once

#include <scalesmall/supervision/actor_shell.hpp>

#include "actors/damped_count.hpp"
#include "actors/message_callers.hpp"
#include "actors/message_handlers.hpp"
#include "actors/messaging/messaging_core.hpp"
#include "actors/messenger_messages.hpp"
#include "actors/next_timer.hpp"
#include "actors/node_context.hpp"
#include "actors/peer_db_messages.hpp"

namespace scalesmall {

/// Sends the messages of this node's programs, passes on those that come and has them handled, as
/// the messaging_core says.
class messenger {
public:
  using handle = messenger_actor;
  static constexpr const char* name = "messenger";

  messenger(supervision::shell_pointer<handle> self, node_context_ptr node);

  handle::behavior_type make_behavior();

private:
  [[nodiscard]] time_point now() const;
  void fill();
  caf::result<done> deliver(const arrived& what);
  done take(const arrived& what);
  void act(messaging_core::effects effects);
  void do_effect(plan_wanted& asked);
  void do_effect(const batch_hop& x);
  void do_effect(const outgoing_datagram& x);
  void do_effect(direct& x);
  void do_effect(const handler_call& call);
  void do_effect(const reply_due& x);
  void do_effect(const messages_lost& x);
  void do_effect(const peer_given_up& x);
  void do_effect(const batch_refused& x);
  void do_effect(const outbox_due&);

  supervision::shell_pointer<handle> self_;
  node_context_ptr node_;
  message_callers callers_;
  message_handlers handlers_;
  messaging_core core_;
  next_timer alarm_;
  damped_count refused_;
  damped_count undelivered_;
};

}  // namespace scalesmall
