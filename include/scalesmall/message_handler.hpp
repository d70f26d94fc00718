#pragma once

#include <functional>
#include <memory>
#include <scalesmall/counters.hpp>

#include "actors/caf_types.hpp"
#include "actors/stoppable_callback.hpp"

namespace spdlog {
class logger;
}

namespace scalesmall {

/// One message of a program; what it refers to is valid while it is being handled.
struct application_message {
  const net_id& sender;
  const std::string& group;
  const std::string& tag;
  bytes_view content;
};

/// Calls a function with the messages of a tag, until it is destroyed; for programs without actors.
/// The function runs on a worker thread of the actor system, one call at a time. It may take its
/// time, at most some 20 ms for each of many small messages, and slows down whoever sends them.
/// What it throws is logged and counted, and the next message comes all the same.
///
/// Must be ended before the actor system. Any thread may do so, also the function itself.
class message_handler {
public:
  using callback = std::function<void(const application_message&)>;

  /// None.
  message_handler() = default;

  message_handler(caf::actor_system& system, messages_actor source,
                  std::shared_ptr<spdlog::logger> log, std::shared_ptr<counters> counts,
                  callback on_message);
  ~message_handler() { end(); }
  message_handler(message_handler&&) noexcept = default;
  message_handler& operator=(message_handler&& x) noexcept;

  /// Returns when the function is not running and will not run again; called by the function
  /// itself, it makes the present call the last. Again: nothing.
  void end();

private:
  friend class node;
  class actor;

  messages_actor source_;
  message_handler_actor handler_;
  std::shared_ptr<stoppable_callback<application_message>> target_;
};

}  // namespace scalesmall
