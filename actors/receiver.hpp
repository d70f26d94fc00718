#pragma once

#include <cstdint>
#include <map>
#include <scalesmall/supervision/actor_shell.hpp>

#include "actors/arrival/arrival_core.hpp"
#include "actors/damped_count.hpp"
#include "actors/next_timer.hpp"
#include "actors/node_context.hpp"
#include "actors/receiver_messages.hpp"

namespace scalesmall {

/// Acts, as the arrival_core says, upon every gossip from outside, be it by TCP or by multicast,
/// once its rows are merged.
class receiver {
public:
  using handle = receiver_actor;
  static constexpr const char* name = "receiver";

  receiver(supervision::shell_pointer<handle> self, node_context_ptr node)
      : self_(self),
        node_(std::move(node)),
        core_(node_->self, now(), rng{node_->random_seed + 2}) {}

  handle::behavior_type make_behavior();

private:
  caf::result<done> take(const arrived& what, const merge_outcome& merged);
  caf::error act(const arrived& what, const merge_outcome& merged);
  void begin_answer(const arrived& asked, long_answer& what);
  void tell_part(const arrived& asked, answer_part& part);
  void go_on(std::uint64_t number);
  void refuse_request(const gossip& asked);
  void refuse_answer(const gossip& asked);
  caf::error refuse_hop(const gossip& hop);
  void announce_held();
  void arm();
  [[nodiscard]] time_point now() const;

  supervision::shell_pointer<handle> self_;
  node_context_ptr node_;
  arrival_core core_;
  next_timer alarm_;

  /// Of each long answer one part is on its way, so their number is bounded by its room.
  struct unfinished {
    arrived asked;
    answer_position rest;
  };
  std::map<std::uint64_t, unfinished> answers_;
  std::uint64_t last_answer_ = 0;
  damped_count requests_refused_;
  damped_count answers_refused_;
  damped_count hops_refused_;
};

}  // namespace scalesmall
