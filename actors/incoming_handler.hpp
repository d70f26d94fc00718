#pragma once

#include <atomic>
#include <optional>
#include <scalesmall/supervision/actor_shell.hpp>
#include <scalesmall/time.hpp>

#include "actors/inbound/frame_queue.hpp"
#include "actors/inbound/memory_budget.hpp"
#include "actors/incoming_handler_messages.hpp"
#include "actors/node_context.hpp"
#include "net/frames/framer.hpp"

namespace scalesmall {

/// One connection that somebody else opened: cuts it into frames and has their gossips dealt with,
/// one after the other, since a few bytes may unfold to much. It reads on only when that is done
/// with what came before, but for frames that wait aside, and acknowledges the hops of broadcasts
/// then; those of programs' messages when it is told. A large frame is read on when the node has
/// room for all of it. A fault in the stream, or no whole frame for the idle time, or for a shorter
/// one while others wait for its room, ends it.
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
  void pass_on_next();
  void pass_on(const arrived& what);
  [[nodiscard]] bool is_news(const gossip& content) const;
  void close_for(fault why);
  void retry_later();
  void read_on();
  [[nodiscard]] bool has_room_for_rest();
  void close_if_slow();
  [[nodiscard]] moment now() const;
  void end();
  void send_acknowledgements();
  void close_if_idle();

  supervision::shell_pointer<handle> self_;
  node_context_ptr node_;
  std::shared_ptr<stream_port> stream_;
  net_id remote_;
  framer framer_;
  std::shared_ptr<std::atomic<bool>> spoke_;  // see connection_eviction
  frame_queue backlog_;
  std::optional<fault> failed_;      // after all that is in the backlog
  bool merging_ = false;             // what was read last
  bool reading_ = true;              // the next bytes have been asked for
  bool retry_armed_ = false;         // for what found no room
  memory_budget::place_ptr place_;   // for the large frame that has begun
  std::optional<moment> place_due_;  // when it should be whole, if others wait
  bool slow_check_armed_ = false;
  bool ended_ = false;                       // by the other side
  std::vector<std::uint64_t> acknowledged_;  // numbers of the hops merged, to be told
  moment opened_at_;
  moment last_frame_;
};

}  // namespace scalesmall
