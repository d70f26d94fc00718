#pragma once

#include <atomic>
#include <deque>
#include <optional>

#include "actors/node_context.hpp"
#include "net/framer.hpp"
#include "supervision/actor_shell.hpp"

namespace scalesmall {

/// One connection that somebody else opened: cuts it into frames and passes their gossips to the
/// receiver, one after the other, since a few bytes may unfold to much. It reads on only when the
/// receiver has merged what came before, and acknowledges the hops of broadcasts then; those of
/// programs' messages when it is told. A fault in the stream, or no whole frame for the idle time,
/// ends it.
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
  [[nodiscard]] bool open_next();
  void pass_on_next();
  void pass_on(const arrived& what);
  [[nodiscard]] bool is_news(const gossip& content) const;
  void close_for(fault why);
  void read_on();
  void end();
  void send_acknowledgements();
  void close_if_idle();

  supervision::shell_pointer<handle> self_;
  node_context_ptr node_;
  std::shared_ptr<stream_port> stream_;
  net_id remote_;
  framer framer_;
  std::shared_ptr<std::atomic<bool>> spoke_;  // see open_connections
  std::deque<bytes> waiting_;                 // whole frames, not opened yet
  std::optional<opened_frame> opened_;        // the one before them, not decoded yet
  std::optional<fault> failed_;               // after them
  bool busy_ = false;                         // with what was read last
  bool ended_ = false;                        // by the other side
  std::vector<std::uint64_t> acknowledged_;   // numbers of the hops merged, to be told when all are
  moment opened_at_;
  moment last_frame_;
};

}  // namespace scalesmall
