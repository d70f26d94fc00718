#pragma once

#include <scalesmall/supervision/actor_shell.hpp>

#include "actors/multicast_handler_messages.hpp"
#include "actors/node_context.hpp"

namespace scalesmall {

/// Sends and receives UDP multicast. Without a socket it drops the datagrams that it should send,
/// and the node works by TCP alone. If the socket failed or could not be opened, it tries again
/// with back-off.
class multicast_handler {
public:
  using handle = multicast_handler_actor;
  static constexpr const char* name = "multicast_handler";

  multicast_handler(supervision::shell_pointer<handle> self, node_context_ptr node);
  ~multicast_handler();

  handle::behavior_type make_behavior();

private:
  void open();
  void reopen_later(const std::error_code& why);
  void send(const bytes& frame);
  void on(const port_event& event);
  void take(const port_data& datagram);
  void make_room();

  supervision::shell_pointer<handle> self_;
  node_context_ptr node_;
  std::shared_ptr<datagram_port> port_;
  std::chrono::seconds retry_{1};
  bool failing_ = false;
};

}  // namespace scalesmall
