#pragma once

#include "actors/node_context.hpp"
#include "supervision/actor_shell.hpp"

namespace scalesmall {

/// Accepts connections, each for a handler of its own, and no more at a time than
/// limits::incoming_connections_max: the others wait in the operating system's backlog.
class listener {
public:
  using handle = listener_actor;
  static constexpr const char* name = "listener";

  listener(supervision::shell_pointer<handle> self, node_context_ptr node);

  handle::behavior_type make_behavior();

private:
  void on(const port_event& event);
  void start_handler(const port_accepted& connection);

  supervision::shell_pointer<handle> self_;
  node_context_ptr node_;
  std::uint64_t accepted_ = 0;  // numbers the handlers
};

}  // namespace scalesmall
