#pragma once

#include <functional>
#include <memory>
#include <scalesmall/messages.hpp>
#include <scalesmall/supervision/actor_shell.hpp>
#include <scalesmall/supervision/table.hpp>
#include <vector>

#include "actors/messenger_messages.hpp"
#include "actors/node_context.hpp"

namespace scalesmall {

/// The actors that handle messages of programs, by tag. They are published, so that they outlive
/// the owner. Belongs to its actor.
class message_handlers {
public:
  message_handlers(supervision::shell_pointer<messenger_actor> self, node_context_ptr node);

  caf::result<done> add(const handle_messages& order);
  done remove(const message_handler_actor& who);

  /// Gives a batch to each handler of its tag, and calls `then` for each once it has handled it or
  /// has ended; a handler that ended is removed.
  /// @returns how many there are
  std::size_t give(const std::shared_ptr<const application_batch>& batch,
                   const std::function<void()>& then);

private:
  void publish();

  supervision::shell_pointer<messenger_actor> self_;
  node_context_ptr node_;
  supervision::table_writer<std::vector<handle_messages>> published_;
  std::vector<handle_messages> handlers_;
};

}  // namespace scalesmall
