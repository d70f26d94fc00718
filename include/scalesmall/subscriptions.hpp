#pragma once

#include <optional>
#include <scalesmall/actor_handles.hpp>
#include <scalesmall/call_answers.hpp>
#include <scalesmall/group_event.hpp>
#include <scalesmall/supervision/caf_version.hpp>
#include <string>

#include <caf/typed_actor.hpp>

/// What actors send to node::subscriptions(). A subscriber is sent each group_update as a request:
/// the next one comes after it has handled the last. The messages do not travel between processes.
namespace scalesmall {

/// Subscribes an actor, until the actor ends or unsubscribes. Answered with `done` once the
/// subscriber is noted. Errors: call_error::invalid_argument if that cannot be a group's name.
struct subscribe {
  std::optional<std::string> group;  ///< none: all groups that there are and will be
  subscriber_actor who;
};

/// Ends all subscriptions of an actor. Answered with `done`. One more update may be on its way.
struct unsubscribe {
  subscriber_actor who;
};

}  // namespace scalesmall

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(scalesmall::group_update)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(scalesmall::subscribe)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(scalesmall::unsubscribe)
