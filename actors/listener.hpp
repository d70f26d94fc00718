#pragma once

#include <map>
#include <scalesmall/supervision/actor_shell.hpp>

#include "actors/inbound/connection_eviction.hpp"
#include "actors/node_context.hpp"
#include "actors/port_notice.hpp"

namespace scalesmall {

/// Accepts connections and starts an incoming_handler for each. Keeps fewer of them than
/// limits::incoming_connections_max, of strangers at most a tenth of the descriptors: it closes the
/// one that connection_eviction selects.
class listener {
public:
  using handle = listener_actor;
  static constexpr const char* name = "listener";

  listener(supervision::shell_pointer<handle> self, node_context_ptr node);

  handle::behavior_type make_behavior();

private:
  void on(const port_event& event);
  void start_handler(const port_accepted& connection);
  void keep_room();

  supervision::shell_pointer<handle> self_;
  node_context_ptr node_;
  std::uint64_t accepted_ = 0;  // numbers the handlers
  std::map<connection_eviction::number, incoming_handler_actor> handlers_;
  connection_eviction open_;
};

}  // namespace scalesmall
