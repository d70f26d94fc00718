#pragma once

#include "actors/alarm.hpp"
#include "actors/broadcasts_served.hpp"
#include "actors/exchange_limiter.hpp"
#include "actors/held_news.hpp"
#include "actors/newcomers.hpp"
#include "actors/node_context.hpp"
#include "supervision/actor_shell.hpp"

namespace scalesmall {

/// Where all gossips from outside end, by TCP or multicast, once their rows are merged: it does
/// what `conclude` says.
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
  caf::result<done> act(const merged& all);
  void do_effect(exchanged& what);
  void do_effect(announcement& what);
  void do_effect(broadcast& what);
  void do_effect(direct& what);
  void do_effect(hop_refused& what);
  void do_effect(left_out& what);
  void announce_held();
  void arm();
  [[nodiscard]] moment now() const;

  supervision::shell_pointer<handle> self_;
  node_context_ptr node_;
  newcomers newcomers_;
  exchange_limiter limiter_;
  broadcasts_served served_;
  held_news held_;
  alarm held_alarm_;
};

}  // namespace scalesmall
