#pragma once

#include <deque>
#include <functional>
#include <optional>
#include <scalesmall/supervision/report.hpp>
#include <vector>

#include <caf/actor_clock.hpp>
#include <caf/error.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/message.hpp>

#include "supervision/detail/child_table.hpp"

namespace scalesmall::supervision {

/// How a supervisor gives a child a new actor: call its start function, monitor the actor, wait
/// until it is ready, bind its stable reference. Every step comes back as an event of the
/// supervisor. Several children may be on their way at once if all have the same time limit, as the
/// instances of one template do.
class child_starter {
public:
  /// No error: the child is running, or its start function said `ignored` (no handle then).
  using callback = std::function<void(const caf::error&)>;
  /// Spawns the supervisor that a specification nests and gives the child its table.
  using nested_start = std::function<caf::strong_actor_ptr(child&)>;

  child_starter(caf::event_based_actor* self, child_table& table, nested_start start_nested);

  /// From now on many are started at once. They are asked whether they are ready all together when
  /// the supervisor has looked at what was in its mailbox: to wake another thread for each one
  /// costs more than a start. The supervisor sends itself `flush` and then calls `on_round_done`.
  void start_side_by_side() noexcept { side_by_side_ = true; }
  void on_round_done();

  /// Begins; `done` is called exactly once, from this call or from a later event.
  void start(const child_ptr& c, callback done);

  /// The answer to the question whether it is ready has come from that actor.
  void on_ready(const caf::strong_actor_ptr& actor);

  /// A monitored actor has ended. @returns whether it was one that was being started
  bool on_down(const child_ptr& c);

  /// When `on_time` wants to be called; none: there is nothing to wait for.
  [[nodiscard]] std::optional<caf::actor_clock::time_point> deadline();
  void on_time(caf::actor_clock::time_point now);

  /// Forgets all that is under way, without a call of its callbacks.
  void abandon();

private:
  struct limit {
    caf::actor_clock::time_point until;
    child_ptr child;
    caf::actor_id actor;
    [[nodiscard]] bool pending() const {
      return child->when_started && child->handle->id() == actor;
    }
  };

  [[nodiscard]] caf::expected<caf::strong_actor_ptr> spawn(child& c);
  void ask_whether_ready(const child& c);
  void ask(const caf::strong_actor_ptr& actor);
  void on_ready(child& c);
  void on_failure(child& c, caf::error reason);

  caf::event_based_actor* self_;
  child_table& table_;
  nested_start start_nested_;
  caf::message question_;
  bool side_by_side_ = false;
  std::vector<caf::strong_actor_ptr> to_ask_;  ///< in the next `on_round_done`
  std::deque<limit> limits_;  ///< earliest first; some are of actors that are not pending any more
};

}  // namespace scalesmall::supervision
