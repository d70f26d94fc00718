#pragma once

#include <scalesmall/supervision/caf_version.hpp>
#include <utility>

#include <caf/actor_config.hpp>
#include <caf/actor_system.hpp>
#include <caf/error.hpp>
#include <caf/mailbox_element.hpp>
#include <caf/make_actor.hpp>
#include <caf/monitorable_actor.hpp>

namespace scalesmall::supervision::detail {

/// An actor without a mailbox: it takes each message at once, on the thread of the sender.
///
/// CAF offers no such actor, so this one is made from CAF's inside. Whatever of that inside differs
/// between versions of CAF stands in this header: how an actor gets a message, ends and is made.
class direct_actor : public caf::monitorable_actor {
public:
  /// What the sender runs on; null if that is not known. It goes along with a message that is
  /// passed on at once.
  using sender_unit = caf::execution_unit*;

  using caf::monitorable_actor::monitorable_actor;

  using caf::monitorable_actor::enqueue;
  void enqueue(caf::mailbox_element_ptr what, sender_unit unit) final {
    take(std::move(what), unit);
  }

protected:
  /// Any thread may call it.
  virtual void take(caf::mailbox_element_ptr what, sender_unit unit) = 0;

  /// Tells those that monitor this actor that it has ended. A second call does nothing.
  void end_with(caf::error why) {
    if (!getf(is_cleaned_up_flag)) cleanup(std::move(why), nullptr);
  }
};

/// Answers a request with an error. Any other message has no answer.
inline void answer_request(const caf::strong_actor_ptr& sender, caf::message_id request,
                           caf::error why) {
  if (sender && request.is_request())
    sender->enqueue(nullptr, request.response_id(), caf::make_message(std::move(why)), nullptr);
}

/// The actor has the arguments after its configuration.
template <class Actor, class Handle, class... Arguments>
[[nodiscard]] Handle make_direct_actor(caf::actor_system& system, Arguments&&... arguments) {
  caf::actor_config config;
  return caf::make_actor<Actor, Handle>(system.next_actor_id(), system.node(), &system, config,
                                        std::forward<Arguments>(arguments)...);
}

}  // namespace scalesmall::supervision::detail
