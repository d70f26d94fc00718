#pragma once

#include <functional>
#include <scalesmall/application_message.hpp>
#include <scalesmall/registration.hpp>

namespace scalesmall {

/// Calls a function with the program messages of a tag, until the handler ends; node::on_message
/// makes it. For programs without actors; actors use messages.hpp.
///
/// The function runs on a worker thread of the actor system, one call at a time. It may take its
/// time, for each of many small messages at most some 20 ms, but a slow handler slows down the
/// senders. What it throws is logged and counted, and the next message comes all the same.
class message_handler : public registration {
public:
  using callback = std::function<void(const application_message&)>;
  using registration::registration;
};

}  // namespace scalesmall
