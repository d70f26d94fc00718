#pragma once

#include <optional>
#include <scalesmall/supervision/actor_shell.hpp>
#include <scalesmall/time.hpp>

#include "actors/inbound/connection_eviction.hpp"
#include "actors/inbound/frame_queue.hpp"
#include "actors/inbound/memory_budget.hpp"
#include "actors/incoming_handler_messages.hpp"
#include "actors/node_context.hpp"
#include "net/frames/framer.hpp"

namespace scalesmall {

/// One connection that another node opened. Cuts the stream into frames and passes their gossips
/// on, one at a time.
/// - Back-pressure: it reads on only when all earlier gossips are merged. Frames aside
///   (frame_queue) do not count.
/// - Acknowledgements: it acknowledges the hop of a broadcast after the merge, and that of a
///   program message when the messenger says so.
/// - Memory: it reads a large frame only when the node has room for all of it.
/// - It ends at a fault in the stream, and if no whole frame comes for the idle time. A large frame
///   has less time while others wait for its room.
class incoming_handler {
public:
  using handle = incoming_handler_actor;
  static constexpr const char* name = "incoming_handler";

  incoming_handler(supervision::shell_pointer<handle> self, node_context_ptr node,
                   std::shared_ptr<stream_port> stream, const net_id& remote,
                   std::shared_ptr<connection_record> record);
  ~incoming_handler();

  handle::behavior_type make_behavior();

private:
  void on(const port_event& event);
  void take(const bytes& chunk);
  void pass_on_next();
  void note_frame(const net_id& sender);
  void pass_on(const arrived& what);
  [[nodiscard]] bool needs_action(const gossip& content) const;
  void close_for(fault why);
  void retry_later();
  void read_on();
  [[nodiscard]] bool has_room_for_rest();
  void close_if_slow();
  [[nodiscard]] time_point now() const;
  void end();
  void send_acknowledgements();
  void close_if_idle();

  supervision::shell_pointer<handle> self_;
  node_context_ptr node_;
  std::shared_ptr<stream_port> stream_;
  net_id remote_;
  framer framer_;
  std::shared_ptr<connection_record> record_;
  frame_queue backlog_;
  std::optional<fault> failed_;                 // in the stream, behind the frames in backlog_
  bool merging_ = false;                        // the last gossip is passed on, not yet merged
  bool reading_ = true;                         // the next bytes have been asked for
  bool retry_armed_ = false;                    // for a frame that found no room
  memory_budget::reservation_ptr reservation_;  // for the large frame that has begun
  std::optional<time_point> frame_due_by_;      // when it should be whole, if others wait
  bool slow_check_armed_ = false;
  bool ended_ = false;                       // by the other side
  bool silent_ = true;                       // no byte has come
  std::vector<std::uint64_t> acknowledged_;  // numbers of merged hops, to be sent
  time_point opened_at_;
  time_point last_frame_;
  time_point probe_passed_on_{};
};

}  // namespace scalesmall
