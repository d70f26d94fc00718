#pragma once

#include <list>
#include <scalesmall/supervision/actor_shell.hpp>
#include <scalesmall/supervision/guarded_promise.hpp>
#include <utility>

#include "actors/messenger_messages.hpp"
#include "actors/node_context.hpp"

namespace scalesmall {

/// The actors that have sent a message of a program: each is answered once the outbox has taken its
/// message, in the order in which they came. Belongs to its actor.
class message_callers {
public:
  message_callers(supervision::shell_pointer<messenger_actor> self, node_context_ptr node)
      : self_(self), node_(std::move(node)) {}

  caf::result<done> accept(send_message& what);

  /// The outbox has more room.
  void accept_waiting();

private:
  supervision::shell_pointer<messenger_actor> self_;
  node_context_ptr node_;
  std::list<std::pair<send_message, supervision::guarded_promise<done>>> waiting_;
};

}  // namespace scalesmall
