#pragma once

#include <memory>
#include <scalesmall/counters.hpp>
#include <scalesmall/message_handler.hpp>
#include <scalesmall/messages.hpp>
#include <scalesmall/subscription.hpp>
#include <scalesmall/subscriptions.hpp>

#include <caf/fwd.hpp>

#include "actors/logger.hpp"

namespace scalesmall {

/// The actor that calls a function of the program, and what ends it: then the function is not
/// running, and the source has been told.
template <class Actor, class Registration>
struct callback {
  Actor actor;
  Registration registration;
};

/// An actor for `subscribe`.
[[nodiscard]] callback<subscriber_actor, subscription> spawn_subscriber(
    caf::actor_system& system, const subscriptions_actor& source, std::shared_ptr<const logger> log,
    subscription::callback on_update);

/// An actor for `handle_messages`.
[[nodiscard]] callback<message_handler_actor, message_handler> spawn_message_handler(
    caf::actor_system& system, const messages_actor& source, std::shared_ptr<const logger> log,
    std::shared_ptr<counters> counts, message_handler::callback on_message);

}  // namespace scalesmall
