#pragma once

#include <scalesmall/supervision/actor_shell.hpp>

#include "actors/arrival/arrival_decision.hpp"
#include "actors/arrival/delayed_announcements.hpp"
#include "actors/arrival/newcomers.hpp"
#include "actors/arrival/request_limiter.hpp"
#include "actors/arrival/seen_broadcasts.hpp"
#include "actors/next_timer.hpp"
#include "actors/node_context.hpp"
#include "actors/receiver_messages.hpp"

namespace scalesmall {

/// Where all gossips from outside end, by TCP or multicast, once their rows are merged: it does
/// what `decide` says.
class receiver {
public:
  using handle = receiver_actor;
  static constexpr const char* name = "receiver";

  receiver(supervision::shell_pointer<handle> self, node_context_ptr node)
      : self_(self),
        node_(std::move(node)),
        newcomers_(now()),
        held_(rng{node_->random_seed + 2}) {}

  handle::behavior_type make_behavior();

private:
  caf::result<done> take(const arrived& what);
  void note(const arrived& what);
  void act(const merged& all);
  void do_effect(exchanged& what);
  void do_effect(announcement& what);
  void do_effect(broadcast& what);
  void do_effect(direct& what);
  void announce_held();
  void arm();
  [[nodiscard]] moment now() const;

  supervision::shell_pointer<handle> self_;
  node_context_ptr node_;
  newcomers newcomers_;
  request_limiter limiter_;
  seen_broadcasts served_;
  delayed_announcements held_;
  next_timer held_alarm_;
};

}  // namespace scalesmall
