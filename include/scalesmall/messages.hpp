#pragma once

#include <functional>
#include <memory>
#include <scalesmall/actor_handles.hpp>
#include <scalesmall/application_message.hpp>
#include <scalesmall/call_answers.hpp>
#include <scalesmall/supervision/caf_version.hpp>
#include <string>

#include <caf/typed_actor.hpp>

/// What actors send to node::messages(), and what handlers of program messages get. The messages
/// themselves do not travel between processes: the node sends their content.
namespace scalesmall {

struct application_batch;

/// One or more program messages for a tag, all from one node.
struct received_messages {
  std::shared_ptr<const application_batch> batch;
};

/// Calls a function with each of the messages, in the order in which they were sent.
void for_each_message(const received_messages& all,
                      const std::function<void(const application_message&)>& f);

/// Makes an actor a handler of a tag, until the actor ends or is taken back. Answered with `done`
/// once the handler is noted. Errors: call_error::invalid_argument if that cannot be a tag.
struct handle_messages {
  std::string tag;
  message_handler_actor who;
};

/// Takes an actor back from all its tags. Answered with `done`. One more batch may be on its way.
struct ignore_messages {
  message_handler_actor who;
};

/// Sends a program message, as node::broadcast does and with its errors. Answered with `done` once
/// the message is accepted, which may take a while: there must be room for it.
struct send_message {
  message_address to;
  bytes content;
};

}  // namespace scalesmall

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(scalesmall::received_messages)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(scalesmall::handle_messages)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(scalesmall::ignore_messages)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(scalesmall::send_message)
