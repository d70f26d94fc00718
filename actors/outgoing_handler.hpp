#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <scalesmall/supervision/actor_shell.hpp>
#include <scalesmall/supervision/guarded_promise.hpp>
#include <scalesmall/time.hpp>

#include "actors/node_context.hpp"
#include "actors/outgoing_handler_messages.hpp"
#include "messages/limits.hpp"
#include "net/frames/framer.hpp"
#include "net/planning/send_queue.hpp"

namespace scalesmall {

/// The connection to one peer. Opened at start, and closed when nothing was sent for the idle time.
/// Nothing is written before the peer has said hello. So a service that is no node, or a node of
/// another cluster, gets no byte of what others made this node send there.
/// A `deliver` is answered when the peer has acknowledged its hop, or with call_error::unavailable
/// if the peer cannot get it. A `post` is not answered.
class outgoing_handler {
public:
  using handle = outgoing_handler_actor;
  static constexpr const char* name = "outgoing_handler";

  outgoing_handler(supervision::shell_pointer<handle> self, node_context_ptr node,
                   const net_id& peer);
  ~outgoing_handler();

  handle::behavior_type make_behavior();

private:
  using answer = supervision::guarded_promise<done>;

  /// The tag of a frame in the queue.
  struct waiting {
    std::optional<std::uint64_t> number;  ///< of the hop, if its acknowledgement is awaited
    std::shared_ptr<const void> room;     ///< as in deliver
  };

  caf::result<done> enqueue(deliver& frame);
  void enqueue(post& frame);
  void push(bytes frame, waiting tag, std::uint64_t flow);
  void acknowledged(std::uint64_t number);
  void note_answer();
  void refuse(std::uint64_t number);
  void pump();
  void confirm(std::size_t sent);
  void greet();
  void on(const port_event& event);
  void take(const bytes& chunk);
  void give_up(const std::string& why);
  void report_end(bool refused);
  void report_unreachable();
  void check();

  supervision::shell_pointer<handle> self_;
  node_context_ptr node_;
  net_id peer_;
  send_queue<waiting> queue_;
  std::multimap<std::uint64_t, answer> unacknowledged_;  // by number
  framer framer_{limits::acknowledgement_bytes_max};     // a peer sends nothing else here
  std::shared_ptr<stream_port> stream_;
  bool greeted_ = false;  // the peer has said hello
  bool opened_ = false;
  bool answered_ = false;  ///< the peer has sent a frame
  time_point opened_at_{};
  bool unreachable_ = false;
  time_point last_use_;
};

}  // namespace scalesmall
