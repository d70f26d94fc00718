#pragma once

#include <atomic>

#include "actors/node_context.hpp"
#include "net/framer.hpp"
#include "supervision/actor_shell.hpp"

namespace scalesmall {

/// One connection that somebody else opened: cuts it into frames and passes their gossips to the
/// receiver. It reads on only when the receiver has merged what came before, and acknowledges the
/// hops of broadcasts then. A fault in the stream,
/// or no whole frame for the idle time, ends it.
class incoming_handler {
public:
  using handle = incoming_handler_actor;
  static constexpr const char* name = "incoming_handler";

  incoming_handler(supervision::shell_pointer<handle> self, node_context_ptr node,
                   std::shared_ptr<stream_port> stream, const net_id& remote,
                   std::shared_ptr<std::atomic<bool>> spoke);
  ~incoming_handler();

  handle::behavior_type make_behavior();

private:
  void on(const port_event& event);
  void take(const bytes& chunk);
  void pass_on(bytes_view frame);
  [[nodiscard]] bool is_news(const gossip& content) const;
  void close_for(fault why);
  void merged();
  void close_if_idle();

  supervision::shell_pointer<handle> self_;
  node_context_ptr node_;
  std::shared_ptr<stream_port> stream_;
  net_id remote_;
  framer framer_;
  std::shared_ptr<std::atomic<bool>> spoke_;  // see open_connections
  std::size_t being_merged_ = 0;
  std::vector<std::uint64_t> acknowledged_;  // numbers of the hops merged, to be told when all are
  moment opened_at_;
  moment last_frame_;
};

}  // namespace scalesmall
